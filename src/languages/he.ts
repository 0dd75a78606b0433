import { amountText, durationText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('he', ['one', 'two', 'other'])

/** `Intl` writes the digit 1 before the noun, and Hebrew writes the word behind it. */
const ONE = { second: 'שנייה אחת', minute: 'דקה אחת', day: 'יום אחד' }
const amount = (count: number, unit: 'minute' | 'day') =>
  count === 1 ? ONE[unit] : amountText('he', count, unit)
const wait = (seconds: number) => (seconds === 1 ? ONE.second : durationText('he', seconds))

/** Hebrew. */
export const he: Catalogue = {
  tag: 'he',
  dir: 'rtl',
  reasons: {
    code_sent: 'יש לחפש את הקוד במייל. ייתכן שתעבור דקה עד שיגיע.',
    code_sent_unconfirmed: 'שרת המייל עדיין לא אישר את שליחת ההודעה. ייתכן שהקוד עוד יגיע.',
    accepted: 'הקוד נכון.',
    invalid_email: 'יש להזין כתובת מייל אחת, למשל name@example.com.',
    invalid_email_unseen: 'יש בכתובת הזאת רווח או תו בלתי נראה. יש להקליד אותה במקום להדביק.',
    missing_code: 'יש להזין את הקוד מההודעה.',
    malformed_code: ({ digits }) => `יש להזין את כל ${digits} הספרות של הקוד, וספרות בלבד.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'הקוד שגוי. נותר ניסיון אחד.',
        two: 'הקוד שגוי. נותרו שני ניסיונות.',
        other: `הקוד שגוי. נותרו ${attemptsLeft} ניסיונות.`,
      }),
    invalid_code_last: 'הקוד שגוי. יש לבקש קוד חדש.',
    not_signed_in: 'תחילה יש להתחבר.',
    otp_required: 'תחילה יש לאשר את הפעולה בקוד שיישלח למייל.',
    expired_code: 'הקוד הזה כבר לא תקף. יש לבקש קוד חדש.',
    no_pending_code: 'אין קוד לבדיקה. יש לבקש קוד חדש.',
    not_allowed: 'אי אפשר להתחבר כאן עם הכתובת הזאת.',
    cross_site: 'הבקשה הזאת הגיעה מאתר אחר. יש לפתוח את הדף ולנסות שוב.',
    method_not_allowed: 'כתובת ה-URL הזאת מקבלת רק בקשות POST.',
    too_many_attempts: 'הוזנו יותר מדי קודים שגויים. יש לבקש קוד חדש.',
    rate_limited: ({ retryAfterSeconds }) =>
      `נשלחו יותר מדי בקשות לקוד. זמן ההמתנה עד לניסיון הבא: ${wait(retryAfterSeconds)}.`,
    not_sent: 'לא היה ניתן לשלוח את ההודעה. יש לנסות שוב.',
    earlier_request: 'הדף הזה שייך לבקשה קודמת. יש להזין את הקוד מההודעה האחרונה.',
    no_address: 'לחשבון הזה אין כתובת מייל שאפשר להשתמש בה. יש לפנות לתמיכה.',
    trusted_browser: 'הדפדפן הזה מוגדר כמהימן, ולכן אין צורך בקוד.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} הוא הקוד שלך ב-${appName}`
      if (purposeText !== undefined) return `${code} הוא הקוד שלך: ${purposeText}`
      return `${code} הוא קוד ההתחברות שלך`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'קוד ההתחברות שלך' : `קוד ההתחברות שלך ל-${appName}`
      }
      return appName === undefined
        ? `הקוד שלך: ${purposeText}`
        : `הקוד שלך ב-${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `קוד ההתחברות שלך הוא ${code}.`
          : `קוד ההתחברות שלך ל-${appName} הוא ${code}.`
      }
      return appName === undefined
        ? `הקוד שלך הוא ${code}. מטרתו: ${purposeText}.`
        : `הקוד שלך ב-${appName} הוא ${code}. מטרתו: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'קוד ההתחברות שלך:' : `קוד ההתחברות שלך ל-${appName}:`
      }
      return appName === undefined
        ? `הקוד שלך (${purposeText}):`
        : `הקוד שלך ב-${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `משך התוקף: ${amount(minutesLeft, 'minute')}.`,
    fillIn: 'פתיחת הדף כשהקוד כבר מוזן',
    fillInWhere: 'הקישור מזין את הקוד רק בדפדפן שבו ביקשת אותו.',
    enterOnlyAt: ({ host }) => `יש להזין אותו רק באתר ${host}.`,
    enterOnlyWhereRequested: 'יש להזין אותו רק בדף שבו ביקשת אותו.',
    tellNobody: 'אין למסור אותו לאיש, גם לא למי שאומר שהוא עובד אצלנו.',
    lengthened: ({ digits }) =>
      `בקוד הזה יש ${digits} ספרות, כי הוזנו קודים שגויים עבור הכתובת שלך.`,
    notRequested: 'אם לא ביקשת אותו, אפשר להתעלם מההודעה. אי אפשר להתחבר בלי הקוד.',
    notRequestedForPurpose: 'אם לא ביקשת אותו, אפשר להתעלם מההודעה. בלי הקוד לא יקרה דבר.',
    passwordEntered:
      'הסיסמה שלך הוזנה זה עתה. אם לא הזנת אותה בעצמך, מישהו אחר יודע אותה: יש להחליף אותה עכשיו. אי אפשר להתחבר בלי הקוד.',
  },
  page: {
    titles: {
      signIn: 'התחברות',
      confirm: 'אישור בקוד',
      checkEmail: 'יש לבדוק את כתובת המייל',
      enterCode: 'הזנת הקוד',
      codeSent: 'הזנת הקוד מההודעה',
      checkCode: 'יש לבדוק את הקוד',
      newCode: 'בקשת קוד חדש',
      rateLimited: 'יותר מדי בקשות לקוד',
      notSent: 'ההודעה לא נשלחה',
      notAllowed: 'ההתחברות נדחתה',
      signInFirst: 'תחילה יש להתחבר',
      tryAgain: 'יש לנסות שוב',
      failed: 'משהו השתבש',
    },
    signInIntro: 'הקוד יישלח אליך במייל. אין צורך בסיסמה.',
    confirmIntro: 'הקוד יישלח לכתובת המייל שלך.',
    emailLabel: 'כתובת מייל',
    requestButton: 'שליחת קוד',
    codeSentTo: ({ digits, email }) => `שלחנו קוד בן ${digits} ספרות אל ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `אם אפשר להתחבר כאן עם הכתובת ${email}, שלחנו אליה קוד בן ${digits} ספרות.`,
    codeLifetime: ({ minutes }) => `משך התוקף של הקוד: ${amount(minutes, 'minute')}.`,
    codeLabel: 'הקוד מההודעה',
    trustBrowser: ({ days }) => `לא לבקש קוד בדפדפן הזה במשך ${amount(days, 'day')}`,
    signInButton: 'התחברות',
    confirmButton: 'אישור',
    codeFilledIn: 'הקוד מההודעה הוזן. יש ללחוץ על הכפתור כדי להמשיך.',
    notRequestedHere:
      'לא ביקשת קוד בדפדפן הזה. אם מישהו שלח אותך לכאן, אין למסור לו את הקוד. אם ביקשת אותו בדפדפן אחר או במכשיר אחר, יש להזין אותו שם.',
    otherLink:
      'הקישור הזה שייך לבקשה אחרת. אם ביקשת כמה קודים, יש להזין את הקוד מההודעה האחרונה. אם מישהו שלח לך את הקישור, אין למסור לו את הקוד.',
    noMailHeading: 'ההודעה לא הגיעה?',
    noMailAdvice:
      'ייתכן שתעבור דקה עד שההודעה תגיע. כדאי לבדוק בתיקיית הספאם ולוודא שהכתובת למעלה נכונה.',
    resendButton: 'שליחת ההודעה שוב',
    resendWait: ({ time }) => `אפשר יהיה לבקש הודעה נוספת בעוד ${time}.`,
    resendReady: 'עכשיו אפשר לבקש הודעה נוספת.',
    codeStillWorks: 'הקוד שכבר קיבלת עדיין תקף.',
    newCodeButton: 'שליחת קוד חדש',
    ended: {
      not_sent: ({ email }) => `לא היה ניתן לשלוח הודעה אל ${email}. יש לבדוק את הכתובת.`,
      spent: ({ email }) => `הוזנו יותר מדי קודים שגויים. הקוד עבור ${email} כבר לא תקף.`,
      expired: ({ email }) => `פג תוקפו של הקוד עבור ${email}.`,
      too_short: ({ email }) => `הוזנו קודים שגויים עבור ${email}, ולכן נדרש עכשיו קוד ארוך יותר.`,
      gone: ({ email }) => `הקוד עבור ${email} כבר לא תקף.`,
    },
    otherAddress: 'שימוש בכתובת אחרת',
    otherAddressButton: 'שליחת קוד לכתובת הזאת',
    signInLink: 'מעבר לדף ההתחברות',
    busy: 'רק רגע…',
    failed: 'משהו לא פועל אצלנו. יש לנסות שוב בעוד רגע.',
  },
}

export { he as default }
