import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('de', ['one', 'other'])
const minutesText = (minutes: number) => amountText('de', minutes, 'minute')

/** German, with the formal "Sie". */
export const de: Catalogue = {
  tag: 'de',
  dir: 'ltr',
  reasons: {
    code_sent:
      'Suchen Sie in Ihrem Postfach nach dem Code. Es kann eine Minute dauern, bis er ankommt.',
    code_sent_unconfirmed:
      'Der Mailserver hat die E-Mail noch nicht bestätigt. Der Code kann trotzdem noch ankommen.',
    accepted: 'Der Code ist richtig.',
    invalid_email: 'Geben Sie eine einzelne E-Mail-Adresse ein, zum Beispiel name@example.com.',
    invalid_email_unseen:
      'Diese Adresse enthält ein Leerzeichen oder ein unsichtbares Zeichen. Tippen Sie sie neu ein, statt sie einzufügen.',
    missing_code: 'Geben Sie den Code aus der E-Mail ein.',
    malformed_code: ({ digits }) =>
      `Geben Sie alle ${digits} Ziffern des Codes ein, und nur Ziffern.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Der Code ist falsch. Sie haben noch einen Versuch.',
        other: `Der Code ist falsch. Sie haben noch ${attemptsLeft} Versuche.`,
      }),
    invalid_code_last: 'Der Code ist falsch. Fordern Sie einen neuen an.',
    not_signed_in: 'Melden Sie sich zuerst an.',
    otp_required: 'Bestätigen Sie das zuerst mit einem Code aus Ihrem Postfach.',
    expired_code: 'Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.',
    no_pending_code: 'Es gibt keinen Code, der geprüft werden könnte. Fordern Sie einen neuen an.',
    not_allowed: 'Mit dieser Adresse ist hier keine Anmeldung möglich.',
    cross_site:
      'Diese Anfrage kam von einer anderen Website. Öffnen Sie die Seite und versuchen Sie es noch einmal.',
    method_not_allowed: 'Diese URL nimmt nur POST-Anfragen an.',
    too_many_attempts: 'Zu viele falsche Codes. Fordern Sie einen neuen an.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Es wurden zu viele Codes angefordert. Versuchen Sie es ${waitText('de', retryAfterSeconds)} noch einmal.`,
    not_sent: 'Die E-Mail konnte nicht gesendet werden. Versuchen Sie es noch einmal.',
    earlier_request:
      'Diese Seite gehört zu einer früheren Anfrage. Geben Sie den Code aus der neuesten E-Mail ein.',
    no_address:
      'Für dieses Konto ist keine verwendbare E-Mail-Adresse hinterlegt. Wenden Sie sich an den Support.',
    trusted_browser: 'Diesem Browser wird vertraut, deshalb ist kein Code nötig.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} ist Ihr Code für ${appName}`
      if (purposeText !== undefined) return `${code} ist Ihr Code: ${purposeText}`
      return `${code} ist Ihr Anmeldecode`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Ihr Anmeldecode' : `Ihr Anmeldecode für ${appName}`
      }
      return appName === undefined
        ? `Ihr Code: ${purposeText}`
        : `Ihr Code für ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Ihr Anmeldecode lautet ${code}.`
          : `Ihr Anmeldecode für ${appName} lautet ${code}.`
      }
      return appName === undefined
        ? `Ihr Code (${purposeText}) lautet ${code}.`
        : `Ihr Code für ${appName} (${purposeText}) lautet ${code}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Ihr Anmeldecode:' : `Ihr Anmeldecode für ${appName}:`
      }
      return appName === undefined
        ? `Ihr Code (${purposeText}):`
        : `Ihr Code für ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Er ist ${minutesText(minutesLeft)} gültig.`,
    fillIn: 'Seite mit eingetragenem Code öffnen',
    fillInWhere:
      'Der Link trägt den Code nur in dem Browser ein, in dem Sie ihn angefordert haben.',
    enterOnlyAt: ({ host }) => `Geben Sie ihn nur auf ${host} ein.`,
    enterOnlyWhereRequested:
      'Geben Sie ihn nur auf der Seite ein, auf der Sie ihn angefordert haben.',
    tellNobody:
      'Geben Sie ihn an niemanden weiter, auch nicht an Personen, die angeblich für uns arbeiten.',
    lengthened: ({ digits }) =>
      `Dieser Code hat ${digits} Ziffern, weil für Ihre Adresse falsche Codes eingegeben wurden.`,
    notRequested:
      'Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail. Ohne den Code ist keine Anmeldung möglich.',
    notRequestedForPurpose:
      'Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail. Ohne den Code geschieht nichts.',
    passwordEntered:
      'Gerade wurde Ihr Passwort eingegeben. Wenn Sie das nicht waren, kennt es jemand anderes: Ändern Sie es sofort. Ohne den Code ist keine Anmeldung möglich.',
  },
  page: {
    titles: {
      signIn: 'Anmelden',
      confirm: 'Mit einem Code bestätigen',
      checkEmail: 'E-Mail-Adresse prüfen',
      enterCode: 'Code eingeben',
      codeSent: 'Code aus der E-Mail eingeben',
      checkCode: 'Code prüfen',
      newCode: 'Neuen Code anfordern',
      rateLimited: 'Zu viele Codes angefordert',
      notSent: 'Die E-Mail wurde nicht gesendet',
      notAllowed: 'Anmeldung abgelehnt',
      signInFirst: 'Zuerst anmelden',
      tryAgain: 'Noch einmal versuchen',
      failed: 'Etwas ist schiefgegangen',
    },
    signInIntro: 'Wir senden Ihnen einen Code per E-Mail. Sie brauchen kein Passwort.',
    confirmIntro: 'Wir senden einen Code an Ihre E-Mail-Adresse.',
    emailLabel: 'E-Mail-Adresse',
    requestButton: 'Code senden',
    codeSentTo: ({ digits, email }) =>
      `Wir haben einen ${digits}-stelligen Code an ${email} gesendet.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Wenn mit ${email} hier eine Anmeldung möglich ist, haben wir einen ${digits}-stelligen Code an diese Adresse gesendet.`,
    codeLifetime: ({ minutes }) => `Der Code ist ${minutesText(minutes)} gültig.`,
    codeLabel: 'Code aus der E-Mail',
    trustBrowser: ({ days }) =>
      `In diesem Browser ${amountText('de', days, 'day')} lang nicht nach einem Code fragen`,
    signInButton: 'Anmelden',
    confirmButton: 'Bestätigen',
    codeFilledIn:
      'Der Code aus der E-Mail ist eingetragen. Drücken Sie auf die Schaltfläche, um fortzufahren.',
    notRequestedHere:
      'Sie haben in diesem Browser keinen Code angefordert. Wenn jemand Sie hierher geschickt hat, geben Sie dieser Person den Code nicht. Wenn Sie ihn in einem anderen Browser oder auf einem anderen Gerät angefordert haben, geben Sie ihn dort ein.',
    otherLink:
      'Dieser Link gehört zu einer anderen Anfrage. Wenn Sie mehrere Codes angefordert haben, geben Sie den aus der neuesten E-Mail ein. Wenn Ihnen jemand den Link geschickt hat, geben Sie dieser Person den Code nicht.',
    noMailHeading: 'Noch keine E-Mail?',
    noMailAdvice:
      'Es kann eine Minute dauern, bis die E-Mail ankommt. Sehen Sie auch im Spam-Ordner nach und prüfen Sie die Adresse oben.',
    resendButton: 'E-Mail noch einmal senden',
    resendWait: ({ time }) => `In ${time} können Sie eine weitere E-Mail anfordern.`,
    resendReady: 'Sie können jetzt eine weitere E-Mail anfordern.',
    codeStillWorks: 'Der Code, den Sie schon haben, gilt weiterhin.',
    newCodeButton: 'Neuen Code senden',
    ended: {
      not_sent: ({ email }) =>
        `An ${email} konnte keine E-Mail gesendet werden. Prüfen Sie die Adresse.`,
      spent: ({ email }) =>
        `Es wurden zu viele falsche Codes eingegeben. Der Code für ${email} gilt nicht mehr.`,
      expired: ({ email }) => `Der Code für ${email} ist abgelaufen.`,
      too_short: ({ email }) =>
        `Für ${email} wurden falsche Codes eingegeben, deshalb ist jetzt ein längerer Code nötig.`,
      gone: ({ email }) => `Der Code für ${email} gilt nicht mehr.`,
    },
    otherAddress: 'Andere Adresse verwenden',
    otherAddressButton: 'Code an diese Adresse senden',
    signInLink: 'Zur Anmeldeseite',
    busy: 'Einen Moment …',
    failed: 'Bei uns ist ein Fehler aufgetreten. Versuchen Sie es gleich noch einmal.',
  },
}

export { de as default }
