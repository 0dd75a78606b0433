export interface Certificate {
  readonly key: string
  readonly cert: string
}

/**
 * Issued to mail.acme.example by itself, valid until 2126. The key protects nothing. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj /CN=mail.acme.example -addext subjectAltName=DNS:mail.acme.example`.
 */
export const SELF_SIGNED: Certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7CjBhNkquHMjgI/X
LINgiUAk9oJnD7sxdz2EnSWemB2hRANCAASNhlDbYGc/YvgVFOXhqwB40MJnXHzk
nMwPpFFm0WXYfOuPkNb1uwF3qkG+6y8v3N7p6j67PsLUDY6AIhhFUI6W
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIUdj6BF01mfqXgIMFaHeJ4kZBGSucwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRbWFpbC5hY21lLmV4YW1wbGUwIBcNMjYxMTI2MDUxODEyWhgP
MjEyNjExMDIwNTE4MTJaMBwxGjAYBgNVBAMMEW1haWwuYWNtZS5leGFtcGxlMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjYZQ22BnP2L4FRTl4asAeNDCZ1x85JzM
D6RRZtFl2Hzrj5DW9bsBd6pBvusvL9ze6eo+uz7C1A2OgCIYRVCOlqNxMG8wHQYD
VR0OBBYEFHa6zuy4aXSH9PfqR6QtbmZj2xJBMB8GA1UdIwQYMBaAFHa6zuy4aXSH
9PfqR6QtbmZj2xJBMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRbWFpbC5h
Y21lLmV4YW1wbGUwCgYIKoZIzj0EAwIDRwAwRAIgUhmbV4FjlypF5h1A/eQedhkb
LIpSpA7XnWQlQAi47ScCIHR8ZKSErkwX2tV9Se2AFw7+JW17IlS8NaZEAVEMUSUk
-----END CERTIFICATE-----`,
}
