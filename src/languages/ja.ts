import { amountText, waitText } from '../util/durations.js'
import type { Catalogue } from './catalogue.js'

/** CLDR writes `10 分`, but Japanese puts no space between a number and its unit. */
const withoutSpace = (text: string) => text.replace(' ', '')
const minutesText = (minutes: number) => withoutSpace(amountText('ja', minutes, 'minute'))

/** Japanese. */
export const ja: Catalogue = {
  tag: 'ja',
  dir: 'ltr',
  reasons: {
    code_sent: 'メールでコードをご確認ください。届くまでに1分ほどかかることがあります。',
    code_sent_unconfirmed:
      'メールサーバーがまだ送信を確認していません。コードはこれから届く可能性があります。',
    accepted: 'コードを確認しました。',
    invalid_email: 'メールアドレスを1つ入力してください（例：name@example.com）。',
    invalid_email_unseen:
      'このアドレスには空白または見えない文字が含まれています。貼り付けずに入力し直してください。',
    missing_code: 'メールに記載されたコードを入力してください。',
    malformed_code: ({ digits }) =>
      `コードの${digits}桁の数字をすべて、数字だけで入力してください。`,
    invalid_code: ({ attemptsLeft }) =>
      `コードが正しくありません。あと${attemptsLeft}回入力できます。`,
    invalid_code_last: 'コードが正しくありません。新しいコードをリクエストしてください。',
    not_signed_in: '先にログインしてください。',
    otp_required: '先に、メールで届くコードで確認してください。',
    expired_code: 'このコードは無効になりました。新しいコードをリクエストしてください。',
    no_pending_code: '確認できるコードがありません。新しいコードをリクエストしてください。',
    not_allowed: 'このアドレスではログインできません。',
    cross_site:
      'このリクエストは別のサイトから送信されました。ページを開いてもう一度お試しください。',
    method_not_allowed: 'このURLはPOSTリクエストだけを受け付けます。',
    too_many_attempts:
      '間違ったコードの入力回数が多すぎます。新しいコードをリクエストしてください。',
    rate_limited: ({ retryAfterSeconds }) =>
      `コードのリクエスト回数が多すぎます。${withoutSpace(waitText('ja', retryAfterSeconds))}にもう一度お試しください。`,
    not_sent: 'メールを送信できませんでした。もう一度お試しください。',
    earlier_request:
      'このページは以前のリクエストのものです。最新のメールに記載されたコードを入力してください。',
    no_address:
      'このアカウントには使用できるメールアドレスがありません。サポートにお問い合わせください。',
    trusted_browser: 'このブラウザは信頼済みのため、コードは必要ありません。',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} が${appName}のコードです`
      if (purposeText !== undefined) return `${code} がコードです：${purposeText}`
      return `${code} がログインコードです`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'ログインコードのお知らせ'
          : `${appName}のログインコードのお知らせ`
      }
      return appName === undefined
        ? `コードのお知らせ：${purposeText}`
        : `${appName}のコードのお知らせ：${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `ログインコードは ${code} です。`
          : `${appName}のログインコードは ${code} です。`
      }
      return appName === undefined
        ? `コードは ${code} です。用途：${purposeText}。`
        : `${appName}のコードは ${code} です。用途：${purposeText}。`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'ログインコード：' : `${appName}のログインコード：`
      }
      return appName === undefined
        ? `コード（${purposeText}）：`
        : `${appName}のコード（${purposeText}）：`
    },
    lifetime: ({ minutesLeft }) => `有効期間：${minutesText(minutesLeft)}。`,
    fillIn: 'コードが入力されたページを開く',
    fillInWhere:
      'コードが入力されるのは、コードをリクエストしたブラウザでリンクを開いた場合だけです。',
    enterOnlyAt: ({ host }) => `このコードは ${host} 以外のサイトには入力しないでください。`,
    enterOnlyWhereRequested: 'このコードは、リクエストしたページ以外には入力しないでください。',
    tellNobody: '当社の者だと名乗る人にも、このコードを絶対に教えないでください。',
    lengthened: ({ digits }) =>
      `お客様のアドレスに対して間違ったコードが入力されたため、このコードは${digits}桁になっています。`,
    notRequested:
      'お心当たりがない場合は、このメールを無視してください。コードがなければログインできません。',
    notRequestedForPurpose:
      'お心当たりがない場合は、このメールを無視してください。コードがなければ何も起こりません。',
    passwordEntered:
      'たった今、お客様のパスワードが入力されました。お心当たりがない場合は、第三者がパスワードを知っています。今すぐ変更してください。コードがなければログインできません。',
  },
  page: {
    titles: {
      signIn: 'ログイン',
      confirm: 'コードで確認',
      checkEmail: 'メールアドレスをご確認ください',
      enterCode: 'コードの入力',
      codeSent: 'メールに記載されたコードを入力してください',
      checkCode: 'コードをご確認ください',
      newCode: '新しいコードをリクエストしてください',
      rateLimited: 'コードのリクエスト回数が多すぎます',
      notSent: 'メールは送信されませんでした',
      notAllowed: 'ログインできません',
      signInFirst: '先にログインしてください',
      tryAgain: 'もう一度お試しください',
      failed: '問題が発生しました',
    },
    signInIntro: 'コードをメールでお送りします。パスワードは必要ありません。',
    confirmIntro: 'お客様のメールアドレスにコードをお送りします。',
    emailLabel: 'メールアドレス',
    requestButton: 'コードを送信',
    codeSentTo: ({ digits, email }) => `${digits}桁のコードを ${email} に送信しました。`,
    codeSentIfKnown: ({ digits, email }) =>
      `${email} でログインできる場合は、そのアドレスに${digits}桁のコードを送信しました。`,
    codeLifetime: ({ minutes }) => `コードの有効期間：${minutesText(minutes)}。`,
    codeLabel: 'メールに記載されたコード',
    trustBrowser: ({ days }) =>
      `このブラウザでは${withoutSpace(amountText('ja', days, 'day'))}間コードを求めない`,
    signInButton: 'ログイン',
    confirmButton: '確認',
    codeFilledIn: 'メールに記載されたコードが入力されました。ボタンを押して続けてください。',
    notRequestedHere:
      'このブラウザではコードがリクエストされていません。誰かに案内されてこのページを開いた場合は、その人にコードを教えないでください。別のブラウザまたは別の端末でリクエストした場合は、そちらで入力してください。',
    otherLink:
      'このリンクは別のリクエストのものです。コードを何度かリクエストした場合は、最新のメールに記載されたコードを入力してください。誰かからこのリンクが送られてきた場合は、その人にコードを教えないでください。',
    noMailHeading: 'メールが届きませんか？',
    noMailAdvice:
      'メールが届くまでに1分ほどかかることがあります。迷惑メールフォルダと、上のアドレスをご確認ください。',
    resendButton: 'メールを再送信',
    resendWait: ({ time }) => `${time} 後にメールを再度リクエストできます。`,
    resendReady: 'メールを再度リクエストできるようになりました。',
    codeStillWorks: 'お手元のコードは引き続き使えます。',
    newCodeButton: '新しいコードを送信',
    ended: {
      not_sent: ({ email }) =>
        `${email} にメールを送信できませんでした。アドレスをご確認ください。`,
      spent: ({ email }) =>
        `間違ったコードの入力回数が多すぎます。${email} のコードは使えなくなりました。`,
      expired: ({ email }) => `${email} のコードの有効期限が切れました。`,
      too_short: ({ email }) =>
        `${email} に対して間違ったコードが入力されたため、より長いコードが必要になりました。`,
      gone: ({ email }) => `${email} のコードは使えなくなりました。`,
    },
    otherAddress: '別のアドレスを使用',
    otherAddressButton: 'このアドレスにコードを送信',
    signInLink: 'ログインページへ',
    busy: 'お待ちください…',
    failed: '当社側で問題が発生しました。しばらくしてからもう一度お試しください。',
  },
}

export { ja as default }
