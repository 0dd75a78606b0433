import { amountText, durationText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('ar', ['one', 'two', 'few'])
/** For 1 to 90. */
const pluralOfDays = pluralsOf('ar', ['one', 'two', 'few', 'many'])

/** Arabic. */
export const ar: Catalogue = {
  tag: 'ar',
  dir: 'rtl',
  reasons: {
    code_sent: 'ابحث عن الرمز في بريدك الإلكتروني. قد يستغرق وصوله دقيقة.',
    code_sent_unconfirmed: 'لم يؤكد خادم البريد إرسال الرسالة بعد. قد يصل الرمز لاحقًا.',
    accepted: 'الرمز صحيح.',
    invalid_email: 'أدخل عنوان بريد إلكتروني واحدًا، مثل name@example.com.',
    invalid_email_unseen: 'يحتوي هذا العنوان على مسافة أو حرف غير مرئي. اكتبه بدلًا من لصقه.',
    missing_code: 'أدخل الرمز الوارد في الرسالة.',
    malformed_code: ({ digits }) => `أدخل جميع أرقام الرمز (${digits})، وأرقامًا فقط.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'الرمز غير صحيح. بقيت لك محاولة واحدة.',
        two: 'الرمز غير صحيح. بقيت لك محاولتان.',
        few: `الرمز غير صحيح. بقيت لك ${attemptsLeft} محاولات.`,
      }),
    invalid_code_last: 'الرمز غير صحيح. اطلب رمزًا جديدًا.',
    not_signed_in: 'سجّل الدخول أولًا.',
    otp_required: 'أكّد هذا الإجراء أولًا برمز يصلك بالبريد الإلكتروني.',
    expired_code: 'لم يعد هذا الرمز صالحًا. اطلب رمزًا جديدًا.',
    no_pending_code: 'لا يوجد رمز للتحقق منه. اطلب رمزًا جديدًا.',
    not_allowed: 'لا يمكن تسجيل الدخول هنا بهذا العنوان.',
    cross_site: 'جاء هذا الطلب من موقع آخر. افتح الصفحة وحاول مجددًا.',
    method_not_allowed: 'لا يقبل عنوان URL هذا سوى طلبات POST.',
    too_many_attempts: 'أُدخلت رموز خاطئة كثيرة. اطلب رمزًا جديدًا.',
    rate_limited: ({ retryAfterSeconds }) =>
      `طُلبت رموز كثيرة. مدة الانتظار قبل المحاولة مجددًا: ${durationText('ar', retryAfterSeconds)}.`,
    not_sent: 'تعذّر إرسال الرسالة. حاول مجددًا.',
    earlier_request: 'هذه الصفحة تخص طلبًا سابقًا. أدخل الرمز الوارد في أحدث رسالة.',
    no_address: 'لا يوجد لهذا الحساب عنوان بريد إلكتروني صالح للاستخدام. تواصل مع فريق الدعم.',
    trusted_browser: 'هذا المتصفح موثوق به، لذلك لا حاجة إلى رمز.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} هو رمزك في ${appName}`
      if (purposeText !== undefined) return `${code} هو رمزك: ${purposeText}`
      return `${code} هو رمز تسجيل الدخول`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'رمز تسجيل الدخول' : `رمز تسجيل الدخول إلى ${appName}`
      }
      return appName === undefined ? `رمزك: ${purposeText}` : `رمزك في ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `رمز تسجيل الدخول هو ${code}.`
          : `رمز تسجيل الدخول إلى ${appName} هو ${code}.`
      }
      return appName === undefined
        ? `رمزك هو ${code}. الغرض منه: ${purposeText}.`
        : `رمزك في ${appName} هو ${code}. الغرض منه: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'رمز تسجيل الدخول:' : `رمز تسجيل الدخول إلى ${appName}:`
      }
      return appName === undefined
        ? `رمزك (${purposeText}):`
        : `رمزك في ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `مدة الصلاحية: ${amountText('ar', minutesLeft, 'minute')}.`,
    fillIn: 'فتح الصفحة مع تعبئة الرمز',
    fillInWhere: 'لا يعبّئ الرابط الرمز إلا في المتصفح الذي طلبت الرمز منه.',
    enterOnlyAt: ({ host }) => `لا تُدخله إلا في موقع ${host}.`,
    enterOnlyWhereRequested: 'لا تُدخله إلا في الصفحة التي طلبته منها.',
    tellNobody: 'لا تُعطِه لأي شخص، حتى لو قال إنه يعمل لدينا.',
    lengthened: ({ digits }) => `عدد أرقام هذا الرمز ${digits} لأن رموزًا خاطئة أُدخلت لعنوانك.`,
    notRequested: 'إذا لم تطلبه، فتجاهل هذه الرسالة. لا يمكن تسجيل الدخول من دون الرمز.',
    notRequestedForPurpose: 'إذا لم تطلبه، فتجاهل هذه الرسالة. لن يحدث شيء من دون الرمز.',
    passwordEntered:
      'أُدخلت كلمة مرورك للتو. إذا لم تكن أنت من أدخلها، فهناك شخص آخر يعرفها: غيّرها الآن. لا يمكن تسجيل الدخول من دون الرمز.',
  },
  page: {
    titles: {
      signIn: 'تسجيل الدخول',
      confirm: 'التأكيد برمز',
      checkEmail: 'تحقق من عنوان البريد الإلكتروني',
      enterCode: 'أدخل الرمز',
      codeSent: 'أدخل الرمز الوارد في الرسالة',
      checkCode: 'تحقق من الرمز',
      newCode: 'اطلب رمزًا جديدًا',
      rateLimited: 'طُلبت رموز كثيرة',
      notSent: 'لم تُرسل الرسالة',
      notAllowed: 'رُفض تسجيل الدخول',
      signInFirst: 'سجّل الدخول أولًا',
      tryAgain: 'حاول مجددًا',
      failed: 'حدث خطأ',
    },
    signInIntro: 'سنرسل إليك رمزًا بالبريد الإلكتروني. لا تحتاج إلى كلمة مرور.',
    confirmIntro: 'سنرسل رمزًا إلى عنوان بريدك الإلكتروني.',
    emailLabel: 'عنوان البريد الإلكتروني',
    requestButton: 'إرسال رمز',
    codeSentTo: ({ digits, email }) => `أرسلنا رمزًا مكوّنًا من ${digits} أرقام إلى ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `إذا كان تسجيل الدخول هنا ممكنًا بالعنوان ${email}، فقد أرسلنا إليه رمزًا مكوّنًا من ${digits} أرقام.`,
    codeLifetime: ({ minutes }) => `مدة صلاحية الرمز: ${amountText('ar', minutes, 'minute')}.`,
    codeLabel: 'الرمز الوارد في الرسالة',
    trustBrowser: ({ days }) =>
      pluralOfDays(days, {
        one: 'عدم طلب رمز في هذا المتصفح لمدة يوم واحد',
        two: 'عدم طلب رمز في هذا المتصفح لمدة يومين',
        few: `عدم طلب رمز في هذا المتصفح لمدة ${days} أيام`,
        many: `عدم طلب رمز في هذا المتصفح لمدة ${days} يومًا`,
      }),
    signInButton: 'تسجيل الدخول',
    confirmButton: 'تأكيد',
    codeFilledIn: 'تمت تعبئة الرمز الوارد في الرسالة. اضغط على الزر للمتابعة.',
    notRequestedHere:
      'لم تطلب رمزًا في هذا المتصفح. إذا أرسلك شخص ما إلى هنا، فلا تُعطِه الرمز. إذا طلبته في متصفح آخر أو على جهاز آخر، فأدخله هناك.',
    otherLink:
      'هذا الرابط يخص طلبًا آخر. إذا طلبت أكثر من رمز، فأدخل الرمز الوارد في أحدث رسالة. إذا أرسل إليك شخص ما هذا الرابط، فلا تُعطِه الرمز.',
    noMailHeading: 'لم تصل الرسالة؟',
    noMailAdvice:
      'قد يستغرق وصول الرسالة دقيقة. ابحث في مجلد البريد غير المرغوب فيه، وتحقق من العنوان أعلاه.',
    resendButton: 'إعادة إرسال الرسالة',
    resendWait: ({ time }) => `يمكنك طلب رسالة أخرى بعد ${time}.`,
    resendReady: 'يمكنك الآن طلب رسالة أخرى.',
    codeStillWorks: 'ما زال الرمز الذي لديك صالحًا.',
    newCodeButton: 'إرسال رمز جديد',
    ended: {
      not_sent: ({ email }) => `تعذّر إرسال رسالة إلى ${email}. تحقق من العنوان.`,
      spent: ({ email }) => `أُدخلت رموز خاطئة كثيرة. لم يعد الرمز الخاص بالعنوان ${email} صالحًا.`,
      expired: ({ email }) => `انتهت صلاحية الرمز الخاص بالعنوان ${email}.`,
      too_short: ({ email }) => `أُدخلت رموز خاطئة للعنوان ${email}، لذلك يلزم الآن رمز أطول.`,
      gone: ({ email }) => `لم يعد الرمز الخاص بالعنوان ${email} صالحًا.`,
    },
    otherAddress: 'استخدام عنوان آخر',
    otherAddressButton: 'إرسال رمز إلى هذا العنوان',
    signInLink: 'الانتقال إلى صفحة تسجيل الدخول',
    busy: 'لحظة من فضلك…',
    failed: 'حدث خطأ من جانبنا. حاول مجددًا بعد لحظات.',
  },
}

export { ar as default }
