import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('uk', ['one', 'few', 'many'])

/** Ukrainian. */
export const uk: Catalogue = {
  tag: 'uk',
  dir: 'ltr',
  reasons: {
    code_sent: 'Знайдіть код у своїй пошті. Доставлення листа може зайняти хвилину.',
    code_sent_unconfirmed:
      'Поштовий сервер ще не підтвердив відправлення листа. Код ще може надійти.',
    accepted: 'Код правильний.',
    invalid_email: 'Введіть одну адресу електронної пошти, наприклад name@example.com.',
    invalid_email_unseen:
      'У цій адресі є пробіл або невидимий символ. Введіть її вручну, а не вставляйте.',
    missing_code: 'Введіть код із листа.',
    malformed_code: ({ digits }) => `Введіть усі ${digits} цифр коду й лише цифри.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Код неправильний. Залишилася одна спроба.',
        few: `Код неправильний. Залишилося ${attemptsLeft} спроби.`,
        many: `Код неправильний. Залишилося ${attemptsLeft} спроб.`,
      }),
    invalid_code_last: 'Код неправильний. Отримайте новий.',
    not_signed_in: 'Спочатку увійдіть.',
    otp_required: 'Спочатку підтвердьте цю дію кодом із листа.',
    expired_code: 'Цей код більше не дійсний. Отримайте новий.',
    no_pending_code: 'Немає коду для перевірки. Отримайте новий.',
    not_allowed: 'З цією адресою увійти сюди не можна.',
    cross_site: 'Цей запит надійшов з іншого сайту. Відкрийте сторінку та спробуйте ще раз.',
    method_not_allowed: 'Ця URL-адреса приймає лише запити POST.',
    too_many_attempts: 'Забагато неправильних кодів. Отримайте новий.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Забагато запитів на код. Спробуйте знову ${waitText('uk', retryAfterSeconds)}.`,
    not_sent: 'Не вдалося надіслати листа. Спробуйте ще раз.',
    earlier_request: 'Ця сторінка стосується попереднього запиту. Введіть код з останнього листа.',
    no_address:
      'Цей обліковий запис не має придатної адреси електронної пошти. Зверніться до служби підтримки.',
    trusted_browser: 'Цей браузер є довіреним, тому код не потрібен.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} — ваш код ${appName}`
      if (purposeText !== undefined) return `${code} — ваш код: ${purposeText}`
      return `${code} — ваш код для входу`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Ваш код для входу' : `Ваш код для входу в ${appName}`
      }
      return appName === undefined
        ? `Ваш код: ${purposeText}`
        : `Ваш код ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Ваш код для входу: ${code}.`
          : `Ваш код для входу в ${appName}: ${code}.`
      }
      return appName === undefined
        ? `Ваш код: ${code}. Призначення: ${purposeText}.`
        : `Ваш код ${appName}: ${code}. Призначення: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Ваш код для входу:' : `Ваш код для входу в ${appName}:`
      }
      return appName === undefined
        ? `Ваш код (${purposeText}):`
        : `Ваш код ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Термін дії: ${amountText('uk', minutesLeft, 'minute')}.`,
    fillIn: 'Відкрити сторінку з уже введеним кодом',
    fillInWhere: 'Посилання вводить код лише в тому браузері, де ви його запитали.',
    enterOnlyAt: ({ host }) => `Вводьте його лише на сайті ${host}.`,
    enterOnlyWhereRequested: 'Вводьте його лише на тій сторінці, де ви його запитали.',
    tellNobody: 'Не повідомляйте його нікому, навіть якщо людина каже, що працює в нас.',
    lengthened: ({ digits }) =>
      `Цей код має ${digits} цифр, бо для вашої адреси вводили неправильні коди.`,
    notRequested: 'Якщо ви його не запитували, не зважайте на цей лист. Без коду увійти неможливо.',
    notRequestedForPurpose:
      'Якщо ви його не запитували, не зважайте на цей лист. Без коду нічого не станеться.',
    passwordEntered:
      'Щойно введено ваш пароль. Якщо це були не ви, його знає хтось інший: негайно змініть його. Без коду увійти неможливо.',
  },
  page: {
    titles: {
      signIn: 'Вхід',
      confirm: 'Підтвердження кодом',
      checkEmail: 'Перевірте адресу електронної пошти',
      enterCode: 'Введіть код',
      codeSent: 'Введіть код із листа',
      checkCode: 'Перевірте код',
      newCode: 'Отримайте новий код',
      rateLimited: 'Забагато запитів на код',
      notSent: 'Листа не надіслано',
      notAllowed: 'У вході відмовлено',
      signInFirst: 'Спочатку увійдіть',
      tryAgain: 'Спробуйте ще раз',
      failed: 'Щось пішло не так',
    },
    signInIntro: 'Ми надішлемо вам код електронною поштою. Пароль не потрібен.',
    confirmIntro: 'Ми надішлемо код на вашу адресу електронної пошти.',
    emailLabel: 'Адреса електронної пошти',
    requestButton: 'Надіслати код',
    codeSentTo: ({ digits, email }) => `Ми надіслали ${digits}-значний код на адресу ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Якщо з адресою ${email} можна увійти сюди, ми надіслали на неї ${digits}-значний код.`,
    codeLifetime: ({ minutes }) => `Термін дії коду: ${amountText('uk', minutes, 'minute')}.`,
    codeLabel: 'Код із листа',
    trustBrowser: ({ days }) =>
      `Не запитувати код у цьому браузері ${amountText('uk', days, 'day')}`,
    signInButton: 'Увійти',
    confirmButton: 'Підтвердити',
    codeFilledIn: 'Код із листа введено. Натисніть кнопку, щоб продовжити.',
    notRequestedHere:
      'У цьому браузері ви не запитували код. Якщо вас сюди хтось спрямував, не повідомляйте йому код. Якщо ви запитали його в іншому браузері або на іншому пристрої, введіть його там.',
    otherLink:
      'Це посилання стосується іншого запиту. Якщо ви запитували кілька кодів, введіть код з останнього листа. Якщо посилання вам хтось надіслав, не повідомляйте йому код.',
    noMailHeading: 'Лист не надійшов?',
    noMailAdvice:
      'Доставлення листа може зайняти хвилину. Перевірте папку зі спамом і адресу вище.',
    resendButton: 'Надіслати лист ще раз',
    resendWait: ({ time }) => `Надіслати ще один лист можна буде через ${time}.`,
    resendReady: 'Тепер можна надіслати ще один лист.',
    codeStillWorks: 'Код, який ви вже маєте, досі дійсний.',
    newCodeButton: 'Надіслати новий код',
    ended: {
      not_sent: ({ email }) => `Не вдалося надіслати листа на адресу ${email}. Перевірте адресу.`,
      spent: ({ email }) =>
        `Введено забагато неправильних кодів. Код для ${email} більше не дійсний.`,
      expired: ({ email }) => `Термін дії коду для ${email} минув.`,
      too_short: ({ email }) =>
        `Для ${email} вводили неправильні коди, тому тепер потрібен довший код.`,
      gone: ({ email }) => `Код для ${email} більше не дійсний.`,
    },
    otherAddress: 'Використати іншу адресу',
    otherAddressButton: 'Надіслати код на цю адресу',
    signInLink: 'Перейти на сторінку входу',
    busy: 'Зачекайте…',
    failed: 'Щось не працює з нашого боку. Спробуйте ще раз за мить.',
  },
}

export { uk as default }
