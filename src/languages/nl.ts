import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('nl', ['one', 'other'])

/** Dutch. */
export const nl: Catalogue = {
  tag: 'nl',
  dir: 'ltr',
  reasons: {
    code_sent: 'Zoek de code in je e-mail. Het kan een minuut duren voordat die aankomt.',
    code_sent_unconfirmed:
      'De mailserver heeft de e-mail nog niet bevestigd. De code kan nog aankomen.',
    accepted: 'De code klopt.',
    invalid_email: 'Vul één e-mailadres in, zoals naam@example.com.',
    invalid_email_unseen:
      'In dit adres staat een spatie of een onzichtbaar teken. Typ het in plaats van het te plakken.',
    missing_code: 'Vul de code uit de e-mail in.',
    malformed_code: ({ digits }) => `Vul alle ${digits} cijfers van de code in, en alleen cijfers.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Die code klopt niet. Je hebt nog één poging.',
        other: `Die code klopt niet. Je hebt nog ${attemptsLeft} pogingen.`,
      }),
    invalid_code_last: 'Die code klopt niet. Vraag een nieuwe aan.',
    not_signed_in: 'Log eerst in.',
    otp_required: 'Bevestig dit eerst met een code uit je e-mail.',
    expired_code: 'Deze code is niet meer geldig. Vraag een nieuwe aan.',
    no_pending_code: 'Er is geen code om te controleren. Vraag een nieuwe aan.',
    not_allowed: 'Met dit adres kun je hier niet inloggen.',
    cross_site: 'Dit verzoek kwam van een andere website. Open de pagina en probeer het opnieuw.',
    method_not_allowed: 'Deze URL accepteert alleen POST-verzoeken.',
    too_many_attempts: 'Te veel onjuiste codes. Vraag een nieuwe aan.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Er zijn te veel codes aangevraagd. Probeer het ${waitText('nl', retryAfterSeconds)} opnieuw.`,
    not_sent: 'De e-mail kon niet worden verzonden. Probeer het opnieuw.',
    earlier_request:
      'Deze pagina hoort bij een eerdere aanvraag. Vul de code uit de laatste e-mail in.',
    no_address:
      'Dit account heeft geen bruikbaar e-mailadres. Neem contact op met de klantenservice.',
    trusted_browser: 'Deze browser is vertrouwd, dus er is geen code nodig.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} is je code voor ${appName}`
      if (purposeText !== undefined) return `${code} is je code: ${purposeText}`
      return `${code} is je inlogcode`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Je inlogcode' : `Je inlogcode voor ${appName}`
      }
      return appName === undefined
        ? `Je code: ${purposeText}`
        : `Je code voor ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Je inlogcode is ${code}.`
          : `Je inlogcode voor ${appName} is ${code}.`
      }
      return appName === undefined
        ? `Je code is ${code}. Bedoeld voor: ${purposeText}.`
        : `Je code voor ${appName} is ${code}. Bedoeld voor: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Je inlogcode:' : `Je inlogcode voor ${appName}:`
      }
      return appName === undefined
        ? `Je code (${purposeText}):`
        : `Je code voor ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Geldigheidsduur: ${amountText('nl', minutesLeft, 'minute')}.`,
    fillIn: 'Open de pagina met de ingevulde code',
    fillInWhere: 'De code wordt alleen ingevuld in de browser waarin je hem hebt aangevraagd.',
    enterOnlyAt: ({ host }) => `Vul hem alleen in op ${host}.`,
    enterOnlyWhereRequested: 'Vul hem alleen in op de pagina waar je hem hebt aangevraagd.',
    tellNobody: 'Geef hem aan niemand, ook niet aan iemand die zegt voor ons te werken.',
    lengthened: ({ digits }) =>
      `Deze code heeft ${digits} cijfers omdat er onjuiste codes zijn ingevuld voor jouw adres.`,
    notRequested:
      'Heb je hem niet aangevraagd? Negeer dan deze e-mail. Zonder de code kan niemand inloggen.',
    notRequestedForPurpose:
      'Heb je hem niet aangevraagd? Negeer dan deze e-mail. Zonder de code gebeurt er niets.',
    passwordEntered:
      'Je wachtwoord is zojuist ingevuld. Was jij dat niet? Dan kent iemand anders het: wijzig het nu. Zonder de code kan niemand inloggen.',
  },
  page: {
    titles: {
      signIn: 'Inloggen',
      confirm: 'Bevestigen met een code',
      checkEmail: 'Controleer het e-mailadres',
      enterCode: 'Vul de code in',
      codeSent: 'Vul de code uit de e-mail in',
      checkCode: 'Controleer de code',
      newCode: 'Vraag een nieuwe code aan',
      rateLimited: 'Te veel codes aangevraagd',
      notSent: 'De e-mail is niet verzonden',
      notAllowed: 'Inloggen geweigerd',
      signInFirst: 'Log eerst in',
      tryAgain: 'Probeer het opnieuw',
      failed: 'Er is iets misgegaan',
    },
    signInIntro: 'We sturen je een code per e-mail. Je hebt geen wachtwoord nodig.',
    confirmIntro: 'We sturen een code naar je e-mailadres.',
    emailLabel: 'E-mailadres',
    requestButton: 'Stuur me een code',
    codeSentTo: ({ digits, email }) =>
      `We hebben een code van ${digits} cijfers gestuurd naar ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Als je met ${email} hier kunt inloggen, hebben we een code van ${digits} cijfers naar dat adres gestuurd.`,
    codeLifetime: ({ minutes }) =>
      `Geldigheidsduur van de code: ${amountText('nl', minutes, 'minute')}.`,
    codeLabel: 'Code uit de e-mail',
    trustBrowser: ({ days }) =>
      `In deze browser ${amountText('nl', days, 'day')} lang geen code vragen`,
    signInButton: 'Inloggen',
    confirmButton: 'Bevestigen',
    codeFilledIn: 'De code uit de e-mail is ingevuld. Druk op de knop om door te gaan.',
    notRequestedHere:
      'Je hebt in deze browser geen code aangevraagd. Heeft iemand je hierheen gestuurd? Geef die persoon de code dan niet. Heb je hem in een andere browser of op een ander apparaat aangevraagd? Vul hem dan daar in.',
    otherLink:
      'Deze link hoort bij een andere aanvraag. Heb je meerdere codes aangevraagd? Vul dan de code uit de laatste e-mail in. Heeft iemand je de link gestuurd? Geef die persoon de code dan niet.',
    noMailHeading: 'Nog geen e-mail?',
    noMailAdvice:
      'Het kan een minuut duren voordat de e-mail aankomt. Kijk in de spammap en controleer het adres hierboven.',
    resendButton: 'E-mail opnieuw sturen',
    resendWait: ({ time }) => `Je kunt over ${time} een nieuwe e-mail aanvragen.`,
    resendReady: 'Je kunt nu een nieuwe e-mail aanvragen.',
    codeStillWorks: 'De code die je al hebt, werkt nog.',
    newCodeButton: 'Stuur me een nieuwe code',
    ended: {
      not_sent: ({ email }) =>
        `Er kon geen e-mail worden gestuurd naar ${email}. Controleer het adres.`,
      spent: ({ email }) =>
        `Er zijn te veel onjuiste codes ingevuld. De code voor ${email} werkt niet meer.`,
      expired: ({ email }) => `De code voor ${email} is verlopen.`,
      too_short: ({ email }) =>
        `Er zijn onjuiste codes ingevuld voor ${email}, dus is er nu een langere code nodig.`,
      gone: ({ email }) => `De code voor ${email} werkt niet meer.`,
    },
    otherAddress: 'Een ander adres gebruiken',
    otherAddressButton: 'Stuur een code naar dit adres',
    signInLink: 'Ga naar de inlogpagina',
    busy: 'Een ogenblik …',
    failed: 'Er is bij ons iets misgegaan. Probeer het zo meteen opnieuw.',
  },
}

export { nl as default }
