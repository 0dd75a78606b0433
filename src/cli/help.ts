export const HELP = `Usage: passport-email-otp try [options]

Signs you in with a one-time code, in this terminal: asks for your e-mail address,
sends a code there, asks for the code and checks it.

Options:
  --smtp URL       the mail server: smtp://user:password@smtp.example.com:587
                   (smtps:// and port 465 where TLS starts at once)
  --from ADDRESS   who the mail comes from: 'Acme <login@acme.example>'
  --email ADDRESS  where the code goes; without it you are asked
  --catch          no mail server needed: catch the mail on this machine, show it here
  -h, --help       show this
  -v, --version    show the version

Environment, where the option is not given:
  SMTP_URL         like --smtp; here the password is in no list of processes
  MAIL_FROM        like --from

In user and password of the URL write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23
and % as %25.

While it asks for the code: "new" sends another mail, Ctrl-C stops. Answers may come
from a pipe, one a line: the address (unless --email is given), then codes.

Exit codes:
  0    signed in
  1    not signed in: the input ended, or no more codes can be sent
  2    something is wrong with the command, an option or the environment
  3    the mail could not be sent
  130  stopped with Ctrl-C

Try it without a mail account (the catcher needs two more packages):
  npm install passport-email-otp smtp-server postal-mime
  npx passport-email-otp try --catch
`
