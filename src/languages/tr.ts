import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('tr', ['one', 'other'])
const minutesText = (minutes: number) => amountText('tr', minutes, 'minute')

/** Turkish, with the polite plural. A host is not inflected, so the word "adres" carries the case. */
export const tr: Catalogue = {
  tag: 'tr',
  dir: 'ltr',
  reasons: {
    code_sent: 'Kod için e-postanızı kontrol edin. Ulaşması bir dakika sürebilir.',
    code_sent_unconfirmed: 'E-posta sunucusu iletiyi henüz onaylamadı. Kod yine de gelebilir.',
    accepted: 'Kod doğru.',
    invalid_email: 'Tek bir e-posta adresi girin, örneğin name@example.com.',
    invalid_email_unseen:
      'Bu adreste bir boşluk veya görünmeyen bir karakter var. Yapıştırmak yerine yeniden yazın.',
    missing_code: 'E-postadaki kodu girin.',
    malformed_code: ({ digits }) =>
      `Kodun ${digits} hanesinin tamamını girin ve yalnızca rakam kullanın.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Kod doğru değil. Bir deneme hakkınız kaldı.',
        other: `Kod doğru değil. ${attemptsLeft} deneme hakkınız kaldı.`,
      }),
    invalid_code_last: 'Kod doğru değil. Yeni bir kod isteyin.',
    not_signed_in: 'Önce oturum açın.',
    otp_required: 'Önce bunu e-postanıza gelecek bir kodla onaylayın.',
    expired_code: 'Bu kod artık geçerli değil. Yeni bir kod isteyin.',
    no_pending_code: 'Kontrol edilecek bir kod yok. Yeni bir kod isteyin.',
    not_allowed: 'Bu adresle burada oturum açılamaz.',
    cross_site: 'Bu istek başka bir siteden geldi. Sayfayı açıp yeniden deneyin.',
    method_not_allowed: 'Bu URL yalnızca POST isteklerini kabul eder.',
    too_many_attempts: 'Çok fazla yanlış kod girildi. Yeni bir kod isteyin.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Çok fazla kod istendi. ${waitText('tr', retryAfterSeconds)} yeniden deneyin.`,
    not_sent: 'E-posta gönderilemedi. Yeniden deneyin.',
    earlier_request: 'Bu sayfa önceki bir isteğe ait. En son gelen e-postadaki kodu girin.',
    no_address: 'Bu hesabın kullanılabilir bir e-posta adresi yok. Destek ekibine başvurun.',
    trusted_browser: 'Bu tarayıcıya güveniliyor, bu yüzden kod gerekmiyor.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code}: ${appName} kodunuz`
      if (purposeText !== undefined) return `${code}: kodunuz (${purposeText})`
      return `${code}: oturum açma kodunuz`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Oturum açma kodunuz' : `${appName} oturum açma kodunuz`
      }
      return appName === undefined
        ? `Kodunuz: ${purposeText}`
        : `${appName} kodunuz: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Oturum açma kodunuz: ${code}.`
          : `${appName} oturum açma kodunuz: ${code}.`
      }
      return appName === undefined
        ? `Kodunuz (${purposeText}): ${code}.`
        : `${appName} kodunuz (${purposeText}): ${code}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Oturum açma kodunuz:' : `${appName} oturum açma kodunuz:`
      }
      return appName === undefined
        ? `Kodunuz (${purposeText}):`
        : `${appName} kodunuz (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Kod ${minutesText(minutesLeft)} geçerlidir.`,
    fillIn: 'Sayfayı kod girilmiş olarak aç',
    fillInWhere: 'Bağlantı, kodu yalnızca onu talep ettiğiniz tarayıcıda girer.',
    enterOnlyAt: ({ host }) => `Kodu yalnızca ${host} adresinde girin.`,
    enterOnlyWhereRequested: 'Kodu yalnızca onu talep ettiğiniz sayfada girin.',
    tellNobody: 'Bizim için çalıştığını söyleyenler dahil, kodu hiç kimseyle paylaşmayın.',
    lengthened: ({ digits }) =>
      `Adresiniz için yanlış kodlar girildiğinden bu kod ${digits} hanelidir.`,
    notRequested:
      'Kodu siz talep etmediyseniz bu e-postayı dikkate almayın. Kod olmadan oturum açılamaz.',
    notRequestedForPurpose:
      'Kodu siz talep etmediyseniz bu e-postayı dikkate almayın. Kod olmadan hiçbir işlem yapılmaz.',
    passwordEntered:
      'Az önce parolanız girildi. Bunu siz yapmadıysanız parolanızı başka biri biliyor: hemen değiştirin. Kod olmadan oturum açılamaz.',
  },
  page: {
    titles: {
      signIn: 'Oturum açın',
      confirm: 'Kodla onaylayın',
      checkEmail: 'E-posta adresini kontrol edin',
      enterCode: 'Kodu girin',
      codeSent: 'E-postadaki kodu girin',
      checkCode: 'Kodu kontrol edin',
      newCode: 'Yeni kod isteyin',
      rateLimited: 'Çok fazla kod istendi',
      notSent: 'E-posta gönderilmedi',
      notAllowed: 'Oturum açma reddedildi',
      signInFirst: 'Önce oturum açın',
      tryAgain: 'Yeniden deneyin',
      failed: 'Bir sorun oluştu',
    },
    signInIntro: 'Size e-postayla bir kod göndereceğiz. Parola gerekmez.',
    confirmIntro: 'E-posta adresinize bir kod göndereceğiz.',
    emailLabel: 'E-posta adresi',
    requestButton: 'Kod gönder',
    codeSentTo: ({ digits, email }) => `${email} adresine ${digits} haneli bir kod gönderdik.`,
    codeSentIfKnown: ({ digits, email }) =>
      `${email} adresiyle burada oturum açılabiliyorsa bu adrese ${digits} haneli bir kod gönderdik.`,
    codeLifetime: ({ minutes }) => `Kod ${minutesText(minutes)} geçerlidir.`,
    codeLabel: 'E-postadaki kod',
    trustBrowser: ({ days }) =>
      `Bu tarayıcıda ${amountText('tr', days, 'day')} boyunca kod sorulmasın`,
    signInButton: 'Oturum aç',
    confirmButton: 'Onayla',
    codeFilledIn: 'E-postadaki kod girildi. Devam etmek için düğmeye basın.',
    notRequestedHere:
      'Bu tarayıcıda kod talep etmediniz. Sizi buraya biri gönderdiyse kodu ona vermeyin. Kodu başka bir tarayıcıda veya cihazda talep ettiyseniz oraya girin.',
    otherLink:
      'Bu bağlantı başka bir isteğe ait. Birden fazla kod talep ettiyseniz en son gelen e-postadaki kodu girin. Bağlantıyı size biri gönderdiyse kodu ona vermeyin.',
    noMailHeading: 'E-posta gelmedi mi?',
    noMailAdvice:
      'E-postanın ulaşması bir dakika sürebilir. Spam klasörüne bakın ve yukarıdaki adresi kontrol edin.',
    resendButton: 'E-postayı yeniden gönder',
    resendWait: ({ time }) => `Yeni bir e-posta isteyebilmeniz için kalan süre: ${time}.`,
    resendReady: 'Artık yeni bir e-posta isteyebilirsiniz.',
    codeStillWorks: 'Elinizdeki kod hâlâ geçerli.',
    newCodeButton: 'Yeni kod gönder',
    ended: {
      not_sent: ({ email }) => `${email} adresine e-posta gönderilemedi. Adresi kontrol edin.`,
      spent: ({ email }) =>
        `Çok fazla yanlış kod girildi. ${email} adresine gönderilen kod artık geçerli değil.`,
      expired: ({ email }) => `${email} adresine gönderilen kodun süresi doldu.`,
      too_short: ({ email }) =>
        `${email} adresi için yanlış kodlar girildi, bu yüzden artık daha uzun bir kod gerekiyor.`,
      gone: ({ email }) => `${email} adresine gönderilen kod artık geçerli değil.`,
    },
    otherAddress: 'Başka bir adres kullan',
    otherAddressButton: 'Bu adrese kod gönder',
    signInLink: 'Oturum açma sayfasına git',
    busy: 'Lütfen bekleyin…',
    failed: 'Bizden kaynaklanan bir sorun oluştu. Biraz sonra yeniden deneyin.',
  },
}

export { tr as default }
