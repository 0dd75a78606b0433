import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('it', ['one', 'other'])

/** Italian. */
export const it: Catalogue = {
  tag: 'it',
  dir: 'ltr',
  reasons: {
    code_sent: 'Cerca il codice nella tua casella di posta. Può impiegare un minuto ad arrivare.',
    code_sent_unconfirmed:
      'Il server di posta non ha ancora confermato l’invio dell’email. Il codice potrebbe ancora arrivare.',
    accepted: 'Il codice è corretto.',
    invalid_email: 'Inserisci un solo indirizzo email, ad esempio nome@example.com.',
    invalid_email_unseen:
      'Questo indirizzo contiene uno spazio o un carattere invisibile. Digitalo invece di incollarlo.',
    missing_code: 'Inserisci il codice ricevuto via email.',
    malformed_code: ({ digits }) =>
      `Inserisci tutte le ${digits} cifre del codice e soltanto cifre.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Il codice non è corretto. Ti resta un tentativo.',
        other: `Il codice non è corretto. Ti restano ${attemptsLeft} tentativi.`,
      }),
    invalid_code_last: 'Il codice non è corretto. Richiedine uno nuovo.',
    not_signed_in: 'Prima devi accedere.',
    otp_required: 'Prima conferma questa operazione con un codice inviato via email.',
    expired_code: 'Questo codice non è più valido. Richiedine uno nuovo.',
    no_pending_code: 'Non c’è nessun codice da verificare. Richiedine uno nuovo.',
    not_allowed: 'Con questo indirizzo non è possibile accedere qui.',
    cross_site: 'Questa richiesta proviene da un altro sito. Apri la pagina e riprova.',
    method_not_allowed: 'Questo URL accetta solo richieste POST.',
    too_many_attempts: 'Troppi codici errati. Richiedine uno nuovo.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Sono stati richiesti troppi codici. Riprova ${waitText('it', retryAfterSeconds)}.`,
    not_sent: 'Non è stato possibile inviare l’email. Riprova.',
    earlier_request:
      'Questa pagina appartiene a una richiesta precedente. Inserisci il codice dell’ultima email.',
    no_address: 'Questo account non ha un indirizzo email utilizzabile. Contatta l’assistenza.',
    trusted_browser: 'Questo browser è attendibile, quindi non serve alcun codice.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} è il tuo codice ${appName}`
      if (purposeText !== undefined) return `${code} è il tuo codice: ${purposeText}`
      return `${code} è il tuo codice di accesso`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Il tuo codice di accesso'
          : `Il tuo codice di accesso ${appName}`
      }
      return appName === undefined
        ? `Il tuo codice: ${purposeText}`
        : `Il tuo codice ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Il tuo codice di accesso è ${code}.`
          : `Il tuo codice di accesso ${appName} è ${code}.`
      }
      return appName === undefined
        ? `Il tuo codice è ${code}. Serve a: ${purposeText}.`
        : `Il tuo codice ${appName} è ${code}. Serve a: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Il tuo codice di accesso:'
          : `Il tuo codice di accesso ${appName}:`
      }
      return appName === undefined
        ? `Il tuo codice (${purposeText}):`
        : `Il tuo codice ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Validità: ${amountText('it', minutesLeft, 'minute')}.`,
    fillIn: 'Apri la pagina con il codice già inserito',
    fillInWhere: 'Il link inserisce il codice soltanto nel browser in cui lo hai richiesto.',
    enterOnlyAt: ({ host }) => `Inseriscilo soltanto su ${host}.`,
    enterOnlyWhereRequested: 'Inseriscilo soltanto nella pagina in cui lo hai richiesto.',
    tellNobody: 'Non comunicarlo a nessuno, nemmeno a chi dice di lavorare per noi.',
    lengthened: ({ digits }) =>
      `Questo codice ha ${digits} cifre perché sono stati inseriti codici errati per il tuo indirizzo.`,
    notRequested:
      'Se non lo hai richiesto, ignora questa email. Senza il codice non è possibile accedere.',
    notRequestedForPurpose:
      'Se non lo hai richiesto, ignora questa email. Senza il codice non succede nulla.',
    passwordEntered:
      'La tua password è appena stata inserita. Se non l’hai inserita tu, qualcun altro la conosce: cambiala subito. Senza il codice non è possibile accedere.',
  },
  page: {
    titles: {
      signIn: 'Accedi',
      confirm: 'Conferma con un codice',
      checkEmail: 'Controlla l’indirizzo email',
      enterCode: 'Inserisci il codice',
      codeSent: 'Inserisci il codice ricevuto via email',
      checkCode: 'Controlla il codice',
      newCode: 'Richiedi un nuovo codice',
      rateLimited: 'Troppi codici richiesti',
      notSent: 'L’email non è stata inviata',
      notAllowed: 'Accesso negato',
      signInFirst: 'Prima devi accedere',
      tryAgain: 'Riprova',
      failed: 'Si è verificato un problema',
    },
    signInIntro: 'Ti invieremo un codice via email. Non ti serve una password.',
    confirmIntro: 'Invieremo un codice al tuo indirizzo email.',
    emailLabel: 'Indirizzo email',
    requestButton: 'Inviami un codice',
    codeSentTo: ({ digits, email }) => `Abbiamo inviato un codice di ${digits} cifre a ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Se con ${email} è possibile accedere qui, abbiamo inviato un codice di ${digits} cifre a questo indirizzo.`,
    codeLifetime: ({ minutes }) => `Validità del codice: ${amountText('it', minutes, 'minute')}.`,
    codeLabel: 'Codice ricevuto via email',
    trustBrowser: ({ days }) =>
      `Non chiedere un codice su questo browser per ${amountText('it', days, 'day')}`,
    signInButton: 'Accedi',
    confirmButton: 'Conferma',
    codeFilledIn:
      'Il codice ricevuto via email è stato inserito. Premi il pulsante per continuare.',
    notRequestedHere:
      'Non hai richiesto un codice in questo browser. Se qualcuno ti ha mandato qui, non comunicargli il codice. Se lo hai richiesto in un altro browser o su un altro dispositivo, inseriscilo lì.',
    otherLink:
      'Questo link appartiene a un’altra richiesta. Se hai richiesto più codici, inserisci quello dell’ultima email. Se qualcuno ti ha inviato il link, non comunicargli il codice.',
    noMailHeading: 'L’email non è arrivata?',
    noMailAdvice:
      'L’email può impiegare un minuto ad arrivare. Guarda nella cartella dello spam e controlla l’indirizzo qui sopra.',
    resendButton: 'Invia di nuovo l’email',
    resendWait: ({ time }) => `Potrai richiedere un’altra email tra ${time}.`,
    resendReady: 'Ora puoi richiedere un’altra email.',
    codeStillWorks: 'Il codice che hai già ricevuto è ancora valido.',
    newCodeButton: 'Inviami un nuovo codice',
    ended: {
      not_sent: ({ email }) =>
        `Non è stato possibile inviare email a ${email}. Controlla l’indirizzo.`,
      spent: ({ email }) =>
        `Sono stati inseriti troppi codici errati. Il codice per ${email} non è più valido.`,
      expired: ({ email }) => `Il codice per ${email} è scaduto.`,
      too_short: ({ email }) =>
        `Sono stati inseriti codici errati per ${email}, quindi ora serve un codice più lungo.`,
      gone: ({ email }) => `Il codice per ${email} non è più valido.`,
    },
    otherAddress: 'Usa un altro indirizzo',
    otherAddressButton: 'Invia un codice a questo indirizzo',
    signInLink: 'Vai alla pagina di accesso',
    busy: 'Un momento…',
    failed: 'Si è verificato un problema da parte nostra. Riprova tra poco.',
  },
}

export { it as default }
