import { amountText, waitText } from '../util/durations.js'
import type { Catalogue } from './catalogue.js'

/** CLDR writes `10分钟`. The sentences have a space between a number and Chinese, as products write it. */
const spaced = (text: string) => text.replace(/^\d+/, '$& ')
const minutesText = (minutes: number) => spaced(amountText('zh-Hans', minutes, 'minute'))

/** Simplified Chinese. */
export const zhHans: Catalogue = {
  tag: 'zh-Hans',
  dir: 'ltr',
  reasons: {
    code_sent: '请查收邮件中的验证码。邮件可能需要一分钟才能送达。',
    code_sent_unconfirmed: '邮件服务器尚未确认邮件已发出。验证码仍有可能送达。',
    accepted: '验证码正确。',
    invalid_email: '请输入一个电子邮箱地址，例如 name@example.com。',
    invalid_email_unseen: '此地址中有空格或不可见字符。请手动输入，不要粘贴。',
    missing_code: '请输入邮件中的验证码。',
    malformed_code: ({ digits }) => `请完整输入 ${digits} 位数字的验证码，并且只输入数字。`,
    invalid_code: ({ attemptsLeft }) => `验证码不正确。您还可以尝试 ${attemptsLeft} 次。`,
    invalid_code_last: '验证码不正确。请重新获取验证码。',
    not_signed_in: '请先登录。',
    otp_required: '请先用邮件中的验证码进行确认。',
    expired_code: '此验证码已失效。请重新获取验证码。',
    no_pending_code: '没有可供验证的验证码。请重新获取验证码。',
    not_allowed: '此邮箱地址无法在这里登录。',
    cross_site: '此请求来自其他网站。请打开页面后重试。',
    method_not_allowed: '此网址只接受 POST 请求。',
    too_many_attempts: '输入错误验证码的次数过多。请重新获取验证码。',
    rate_limited: ({ retryAfterSeconds }) =>
      `获取验证码的次数过多。请在 ${spaced(waitText('zh-Hans', retryAfterSeconds))}再试。`,
    not_sent: '邮件未能发出。请重试。',
    earlier_request: '此页面属于之前的请求。请输入最新一封邮件中的验证码。',
    no_address: '此账号没有可用的电子邮箱地址。请联系客服。',
    trusted_browser: '此浏览器已受信任，因此无需验证码。',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} 是您的 ${appName} 验证码`
      if (purposeText !== undefined) return `${code} 是您的验证码：${purposeText}`
      return `${code} 是您的登录验证码`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? '您的登录验证码' : `您的 ${appName} 登录验证码`
      }
      return appName === undefined
        ? `您的验证码：${purposeText}`
        : `您的 ${appName} 验证码：${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `您的登录验证码是 ${code}。`
          : `您的 ${appName} 登录验证码是 ${code}。`
      }
      return appName === undefined
        ? `您的验证码是 ${code}。用途：${purposeText}。`
        : `您的 ${appName} 验证码是 ${code}。用途：${purposeText}。`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? '您的登录验证码：' : `您的 ${appName} 登录验证码：`
      }
      return appName === undefined
        ? `您的验证码（${purposeText}）：`
        : `您的 ${appName} 验证码（${purposeText}）：`
    },
    lifetime: ({ minutesLeft }) => `有效期：${minutesText(minutesLeft)}。`,
    fillIn: '打开已填好验证码的页面',
    fillInWhere: '只有在您获取此验证码的浏览器中打开链接，验证码才会自动填入。',
    enterOnlyAt: ({ host }) => `请只在 ${host} 上输入此验证码。`,
    enterOnlyWhereRequested: '请只在您获取此验证码的页面上输入。',
    tellNobody: '请勿将验证码告诉任何人，即使对方自称是我们的工作人员。',
    lengthened: ({ digits }) =>
      `由于有人为您的邮箱地址输入过错误的验证码，此验证码有 ${digits} 位数字。`,
    notRequested: '如果这不是您本人的操作，请忽略此邮件。没有验证码就无法登录。',
    notRequestedForPurpose: '如果这不是您本人的操作，请忽略此邮件。没有验证码就不会发生任何变化。',
    passwordEntered:
      '刚刚有人输入了您的密码。如果不是您本人，说明有其他人知道您的密码：请立即修改。没有验证码就无法登录。',
  },
  page: {
    titles: {
      signIn: '登录',
      confirm: '用验证码确认',
      checkEmail: '请检查电子邮箱地址',
      enterCode: '输入验证码',
      codeSent: '请输入邮件中的验证码',
      checkCode: '请检查验证码',
      newCode: '请重新获取验证码',
      rateLimited: '获取验证码的次数过多',
      notSent: '邮件未发出',
      notAllowed: '登录被拒绝',
      signInFirst: '请先登录',
      tryAgain: '请重试',
      failed: '出了点问题',
    },
    signInIntro: '我们会向您的邮箱发送验证码。您无需密码。',
    confirmIntro: '我们会向您的电子邮箱发送验证码。',
    emailLabel: '电子邮箱地址',
    requestButton: '发送验证码',
    codeSentTo: ({ digits, email }) => `我们已将 ${digits} 位验证码发送至 ${email}。`,
    codeSentIfKnown: ({ digits, email }) =>
      `如果 ${email} 可以在这里登录，我们已向其发送 ${digits} 位验证码。`,
    codeLifetime: ({ minutes }) => `验证码有效期：${minutesText(minutes)}。`,
    codeLabel: '邮件中的验证码',
    trustBrowser: ({ days }) =>
      `${spaced(amountText('zh-Hans', days, 'day'))}内在此浏览器上不再要求验证码`,
    signInButton: '登录',
    confirmButton: '确认',
    codeFilledIn: '邮件中的验证码已填入。请点击按钮继续。',
    notRequestedHere:
      '您没有在此浏览器中获取验证码。如果是有人让您来到这里，请勿将验证码告诉对方。如果您是在其他浏览器或其他设备上获取的，请在那里输入。',
    otherLink:
      '此链接属于另一次请求。如果您获取过多个验证码，请输入最新一封邮件中的验证码。如果链接是别人发给您的，请勿将验证码告诉对方。',
    noMailHeading: '没有收到邮件？',
    noMailAdvice: '邮件可能需要一分钟才能送达。请查看垃圾邮件文件夹，并检查上面的地址。',
    resendButton: '重新发送邮件',
    resendWait: ({ time }) => `${time} 后可以再次获取邮件。`,
    resendReady: '现在可以再次获取邮件。',
    codeStillWorks: '您已收到的验证码仍然有效。',
    newCodeButton: '发送新的验证码',
    ended: {
      not_sent: ({ email }) => `无法向 ${email} 发送邮件。请检查地址。`,
      spent: ({ email }) => `输入错误验证码的次数过多。${email} 的验证码已失效。`,
      expired: ({ email }) => `${email} 的验证码已过期。`,
      too_short: ({ email }) => `有人为 ${email} 输入过错误的验证码，因此现在需要更长的验证码。`,
      gone: ({ email }) => `${email} 的验证码已失效。`,
    },
    otherAddress: '使用其他地址',
    otherAddressButton: '向此地址发送验证码',
    signInLink: '前往登录页面',
    busy: '请稍候…',
    failed: '我们这边出了点问题。请稍后重试。',
  },
}

export { zhHans as default }
