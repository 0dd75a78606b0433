import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('pl', ['one', 'few', 'many'])

/** Polish. */
export const pl: Catalogue = {
  tag: 'pl',
  dir: 'ltr',
  reasons: {
    code_sent: 'Poszukaj kodu w swojej poczcie. Może dotrzeć dopiero po minucie.',
    code_sent_unconfirmed:
      'Serwer poczty jeszcze nie potwierdził wysłania wiadomości. Kod może jeszcze dotrzeć.',
    accepted: 'Kod jest poprawny.',
    invalid_email: 'Wpisz jeden adres e-mail, np. imie@example.com.',
    invalid_email_unseen:
      'W tym adresie jest spacja lub niewidoczny znak. Wpisz go ręcznie, zamiast wklejać.',
    missing_code: 'Wpisz kod z wiadomości.',
    malformed_code: ({ digits }) => `Wpisz wszystkie ${digits} cyfr kodu i nic więcej.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Kod jest niepoprawny. Została jeszcze jedna próba.',
        few: `Kod jest niepoprawny. Zostały jeszcze ${attemptsLeft} próby.`,
        many: `Kod jest niepoprawny. Zostało jeszcze ${attemptsLeft} prób.`,
      }),
    invalid_code_last: 'Kod jest niepoprawny. Poproś o nowy.',
    not_signed_in: 'Najpierw się zaloguj.',
    otp_required: 'Najpierw potwierdź to kodem wysłanym e-mailem.',
    expired_code: 'Ten kod nie jest już ważny. Poproś o nowy.',
    no_pending_code: 'Nie ma kodu do sprawdzenia. Poproś o nowy.',
    not_allowed: 'Za pomocą tego adresu nie można się tu zalogować.',
    cross_site: 'To żądanie pochodzi z innej witryny. Otwórz stronę i spróbuj ponownie.',
    method_not_allowed: 'Ten adres URL przyjmuje tylko żądania POST.',
    too_many_attempts: 'Zbyt wiele niepoprawnych kodów. Poproś o nowy.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Poproszono o zbyt wiele kodów. Spróbuj ponownie ${waitText('pl', retryAfterSeconds)}.`,
    not_sent: 'Nie udało się wysłać wiadomości. Spróbuj ponownie.',
    earlier_request: 'Ta strona dotyczy wcześniejszej prośby. Wpisz kod z najnowszej wiadomości.',
    no_address:
      'To konto nie ma adresu e-mail, którego można użyć. Skontaktuj się z pomocą techniczną.',
    trusted_browser: 'Ta przeglądarka jest zaufana, więc kod nie jest potrzebny.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} to Twój kod ${appName}`
      if (purposeText !== undefined) return `${code} to Twój kod: ${purposeText}`
      return `${code} to Twój kod logowania`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Twój kod logowania' : `Twój kod logowania ${appName}`
      }
      return appName === undefined
        ? `Twój kod: ${purposeText}`
        : `Twój kod ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Twój kod logowania to ${code}.`
          : `Twój kod logowania ${appName} to ${code}.`
      }
      return appName === undefined
        ? `Twój kod to ${code}. Do czego służy: ${purposeText}.`
        : `Twój kod ${appName} to ${code}. Do czego służy: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Twój kod logowania:' : `Twój kod logowania ${appName}:`
      }
      return appName === undefined
        ? `Twój kod (${purposeText}):`
        : `Twój kod ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Czas ważności: ${amountText('pl', minutesLeft, 'minute')}.`,
    fillIn: 'Otwórz stronę z wpisanym kodem',
    fillInWhere: 'Link wpisuje kod tylko w przeglądarce, w której o niego poproszono.',
    enterOnlyAt: ({ host }) => `Wpisz go tylko na stronie ${host}.`,
    enterOnlyWhereRequested: 'Wpisz go tylko na stronie, na której o niego poproszono.',
    tellNobody: 'Nie podawaj go nikomu, nawet jeśli ktoś mówi, że u nas pracuje.',
    lengthened: ({ digits }) =>
      `Ten kod ma ${digits} cyfr, ponieważ dla Twojego adresu wpisano niepoprawne kody.`,
    notRequested:
      'Jeśli prośba o kod nie pochodzi od Ciebie, zignoruj tę wiadomość. Bez kodu nie można się zalogować.',
    notRequestedForPurpose:
      'Jeśli prośba o kod nie pochodzi od Ciebie, zignoruj tę wiadomość. Bez kodu nic się nie stanie.',
    passwordEntered:
      'Przed chwilą wpisano Twoje hasło. Jeśli to nie Ty, zna je ktoś inny: zmień je teraz. Bez kodu nie można się zalogować.',
  },
  page: {
    titles: {
      signIn: 'Logowanie',
      confirm: 'Potwierdź kodem',
      checkEmail: 'Sprawdź adres e-mail',
      enterCode: 'Wpisz kod',
      codeSent: 'Wpisz kod z wiadomości',
      checkCode: 'Sprawdź kod',
      newCode: 'Poproś o nowy kod',
      rateLimited: 'Zbyt wiele próśb o kod',
      notSent: 'Wiadomość nie została wysłana',
      notAllowed: 'Logowanie odrzucone',
      signInFirst: 'Najpierw się zaloguj',
      tryAgain: 'Spróbuj ponownie',
      failed: 'Coś poszło nie tak',
    },
    signInIntro: 'Wyślemy Ci kod e-mailem. Hasło nie jest potrzebne.',
    confirmIntro: 'Wyślemy kod na Twój adres e-mail.',
    emailLabel: 'Adres e-mail',
    requestButton: 'Wyślij mi kod',
    codeSentTo: ({ digits, email }) => `Wysłaliśmy ${digits}-cyfrowy kod na adres ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Jeśli za pomocą adresu ${email} można się tu zalogować, wysłaliśmy na niego ${digits}-cyfrowy kod.`,
    codeLifetime: ({ minutes }) => `Czas ważności kodu: ${amountText('pl', minutes, 'minute')}.`,
    codeLabel: 'Kod z wiadomości',
    trustBrowser: ({ days }) =>
      `Nie pytaj o kod w tej przeglądarce przez ${amountText('pl', days, 'day')}`,
    signInButton: 'Zaloguj się',
    confirmButton: 'Potwierdź',
    codeFilledIn: 'Kod z wiadomości został wpisany. Naciśnij przycisk, aby kontynuować.',
    notRequestedHere:
      'W tej przeglądarce nie poproszono o kod. Jeśli ktoś Cię tu skierował, nie podawaj mu kodu. Jeśli prośba o kod pochodzi od Ciebie, ale z innej przeglądarki lub z innego urządzenia, wpisz kod tam.',
    otherLink:
      'Ten link dotyczy innej prośby. Jeśli wysłaliśmy Ci kilka kodów, wpisz ten z najnowszej wiadomości. Jeśli ktoś wysłał Ci ten link, nie podawaj mu kodu.',
    noMailHeading: 'Wiadomość nie dotarła?',
    noMailAdvice:
      'Wiadomość może dotrzeć dopiero po minucie. Zajrzyj do folderu ze spamem i sprawdź adres powyżej.',
    resendButton: 'Wyślij wiadomość ponownie',
    resendWait: ({ time }) => `O kolejną wiadomość można poprosić za ${time}.`,
    resendReady: 'Teraz można poprosić o kolejną wiadomość.',
    codeStillWorks: 'Kod, który już masz, nadal działa.',
    newCodeButton: 'Wyślij mi nowy kod',
    ended: {
      not_sent: ({ email }) => `Nie udało się wysłać wiadomości na adres ${email}. Sprawdź adres.`,
      spent: ({ email }) =>
        `Wpisano zbyt wiele niepoprawnych kodów. Kod dla adresu ${email} już nie działa.`,
      expired: ({ email }) => `Kod dla adresu ${email} stracił ważność.`,
      too_short: ({ email }) =>
        `Dla adresu ${email} wpisano niepoprawne kody, więc potrzebny jest teraz dłuższy kod.`,
      gone: ({ email }) => `Kod dla adresu ${email} już nie działa.`,
    },
    otherAddress: 'Użyj innego adresu',
    otherAddressButton: 'Wyślij kod na ten adres',
    signInLink: 'Przejdź do strony logowania',
    busy: 'Chwileczkę…',
    failed: 'Coś nie działa po naszej stronie. Spróbuj ponownie za chwilę.',
  },
}

export { pl as default }
