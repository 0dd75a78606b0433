/**
 * The style of the document. It is a constant, so that one hash in a Content-Security-Policy allows it. Every
 * colour is a custom property, so that a stylesheet of the application can replace it.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --otp-page: #f3f5f9; --otp-card: #fff; --otp-text: #1a2233; --otp-muted: #55607a;
  --otp-line: #d5dbe7; --otp-field: #6f7a92; --otp-accent: #2456c9; --otp-on-accent: #fff;
  --otp-problem: #a3121f; --otp-problem-page: #fdeeee; --otp-note-page: #eaf0fd;
  --otp-radius: .5rem; --otp-font: system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --otp-page: #10141d; --otp-card: #1a202d; --otp-text: #e8ecf5; --otp-muted: #a7b1c8;
    --otp-line: #323b4f; --otp-field: #8490ab; --otp-accent: #8fb0ff; --otp-on-accent: #0e1830;
    --otp-problem: #ffb1b1; --otp-problem-page: #3a1d24; --otp-note-page: #1f2b46;
  }
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; padding: 1rem; min-height: 100vh;
  background: var(--otp-page); color: var(--otp-text); font: 1rem/1.5 var(--otp-font);
}
.otp-app { max-width: 26rem; margin: clamp(0rem, 6vh, 4rem) auto 1rem; font-weight: 600; }
main {
  max-width: 26rem; margin: 0 auto; padding: 1.75rem; overflow-wrap: anywhere;
  background: var(--otp-card); border: 1px solid var(--otp-line); border-radius: calc(2 * var(--otp-radius));
}
footer { max-width: 26rem; margin: 1rem auto 0; color: var(--otp-muted); }
.email-otp h1 { margin: 0 0 .75rem; font-size: 1.6rem; line-height: 1.25; }
.email-otp h2 { margin: 0 0 .25rem; font-size: 1rem; }
.email-otp p { margin: 0 0 1rem; }
.email-otp bdi { font-weight: 600; }
.email-otp a, .email-otp summary { color: var(--otp-accent); }
.email-otp summary { width: fit-content; padding: .25rem 0; cursor: pointer; text-decoration: underline; }
.email-otp label { display: block; margin-bottom: .3rem; font-weight: 600; }
.email-otp input {
  display: block; width: 100%; margin: 0 0 1rem; padding: .7rem .8rem;
  border: 1px solid var(--otp-field); border-radius: var(--otp-radius);
  background: var(--otp-card); color: inherit; font: inherit;
}
.email-otp input[aria-invalid] { border: 2px solid var(--otp-problem); }
.email-otp .otp-code { font-size: 1.5rem; font-variant-numeric: tabular-nums; letter-spacing: .15em; }
.email-otp button {
  display: block; width: 100%; padding: .75rem 1rem; cursor: pointer;
  border: 1px solid var(--otp-accent); border-radius: var(--otp-radius);
  background: var(--otp-accent); color: var(--otp-on-accent); font: inherit; font-weight: 600;
}
.email-otp .otp-quiet { background: none; color: var(--otp-accent); }
.email-otp button:hover { text-decoration: underline; }
.email-otp button:disabled { border: 1px dashed var(--otp-field); background: none; color: var(--otp-muted); cursor: default; text-decoration: none; }
.email-otp button[aria-busy] { cursor: progress; opacity: .7; }
.email-otp :focus-visible { outline: 3px solid var(--otp-accent); outline-offset: 2px; }
.email-otp .otp-more { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--otp-line); }
.email-otp details form { margin-top: 1rem; }
.email-otp .otp-problem, .email-otp .otp-note { padding: .7rem .9rem; border-radius: var(--otp-radius); }
.email-otp .otp-problem { border-inline-start: 4px solid var(--otp-problem); background: var(--otp-problem-page); color: var(--otp-problem); }
.email-otp .otp-note { border: 1px solid var(--otp-line); background: var(--otp-note-page); }
.email-otp .otp-error { margin: 0 0 .4rem; color: var(--otp-problem); font-weight: 600; }
.email-otp .otp-hint { margin: .4rem 0 0; color: var(--otp-muted); font-size: .9rem; }
.email-otp .otp-hint bdi { font-variant-numeric: tabular-nums; }
.otp-aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.email-otp .otp-tick { display: flex; gap: .6rem; align-items: flex-start; margin-bottom: 1rem; padding: .25rem 0; font-weight: 400; cursor: pointer; }
.email-otp .otp-tick input { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--otp-accent); }
@media (max-width: 30rem) {
  body { padding: 0 0 1rem; background: var(--otp-card); }
  .otp-app, main, footer { max-width: none; }
  .otp-app { margin: 1rem 1rem .5rem; }
  main { padding: .5rem 1rem 1rem; border: 0; }
  footer { margin: 0 1rem; }
}
`
