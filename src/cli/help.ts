/** Works in an empty folder: npx installs the packages that only the catcher needs beside this one. */
export const TRY_CATCH =
  'npx -y -p passport-email-otp -p smtp-server -p postal-mime passport-email-otp try --catch'

export const HELP = `Usage: passport-email-otp try [options]

Signs you in with a one-time code, in this terminal: you enter your e-mail address, the
program sends a code to it, you enter the code, and the program checks it.

Options:
  --smtp URL       the mail server: smtp://user:password@smtp.example.com:587, or
                   smtps:// and port 465 if the server starts with TLS
  --from ADDRESS   the sender of the mail: 'Acme <login@acme.example>'
  --email ADDRESS  the recipient of the code; without it you enter one
  --allow-unencrypted-password
                   logs in to the mail server without TLS too, where anyone on the way can
                   read the password
  --catch          needs no mail server: catches the mail on this machine and shows it in
                   the terminal
  --page           with --catch: serves the sign-in page and an inbox on this machine instead,
                   until Ctrl-C
  -h, --help       shows this help
  -v, --version    shows the version

Environment variables, used if the option is not given:
  SMTP_URL         like --smtp; keeps the password out of the list of processes
  MAIL_FROM        like --from

In user and password of the URL, write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23
and % as %25.

At the prompt for the code, "new" sends another mail and Ctrl-C stops the program. Input
may come from a pipe, one line each: the address (unless --email is given), then codes.

Exit codes:
  0    signed in
  1    not signed in: the input ended, or no more codes can be sent
  2    the command, an option or an environment variable is wrong
  3    the mail could not be sent
  130  stopped with Ctrl-C

To try it without a mail account, in any folder, in the terminal or in a browser:
  ${TRY_CATCH}
  ${TRY_CATCH} --page

More: docs/reference/cli.md, and docs/operations/check-the-mail-server.md if no mail arrives
`
