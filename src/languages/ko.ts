import { amountText, waitText } from '../util/durations.js'
import type { Catalogue } from './catalogue.js'

/** Korean. */
export const ko: Catalogue = {
  tag: 'ko',
  dir: 'ltr',
  reasons: {
    code_sent: '이메일에서 코드를 확인하세요. 도착하는 데 1분 정도 걸릴 수 있습니다.',
    code_sent_unconfirmed:
      '메일 서버가 아직 발송을 확인하지 않았습니다. 코드가 나중에 도착할 수 있습니다.',
    accepted: '코드가 올바릅니다.',
    invalid_email: '이메일 주소를 하나만 입력하세요. 예: name@example.com.',
    invalid_email_unseen:
      '이 주소에 공백이나 보이지 않는 문자가 있습니다. 붙여넣지 말고 직접 입력하세요.',
    missing_code: '이메일에 있는 코드를 입력하세요.',
    malformed_code: ({ digits }) => `코드의 숫자 ${digits}자리를 모두, 숫자만 입력하세요.`,
    invalid_code: ({ attemptsLeft }) =>
      `코드가 올바르지 않습니다. ${attemptsLeft}번 더 시도할 수 있습니다.`,
    invalid_code_last: '코드가 올바르지 않습니다. 새 코드를 요청하세요.',
    not_signed_in: '먼저 로그인하세요.',
    otp_required: '먼저 이메일로 받은 코드로 확인하세요.',
    expired_code: '이 코드는 더 이상 유효하지 않습니다. 새 코드를 요청하세요.',
    no_pending_code: '확인할 코드가 없습니다. 새 코드를 요청하세요.',
    not_allowed: '이 주소로는 여기에 로그인할 수 없습니다.',
    cross_site: '이 요청은 다른 사이트에서 왔습니다. 페이지를 열고 다시 시도하세요.',
    method_not_allowed: '이 URL은 POST 요청만 허용합니다.',
    too_many_attempts: '잘못된 코드가 너무 많이 입력되었습니다. 새 코드를 요청하세요.',
    rate_limited: ({ retryAfterSeconds }) =>
      `코드 요청이 너무 많습니다. ${waitText('ko', retryAfterSeconds)}에 다시 시도하세요.`,
    not_sent: '이메일을 보내지 못했습니다. 다시 시도하세요.',
    earlier_request:
      '이 페이지는 이전 요청의 페이지입니다. 가장 최근 이메일에 있는 코드를 입력하세요.',
    no_address: '이 계정에는 사용할 수 있는 이메일 주소가 없습니다. 고객지원에 문의하세요.',
    trusted_browser: '신뢰하는 브라우저이므로 코드가 필요하지 않습니다.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} - ${appName} 코드`
      if (purposeText !== undefined) return `${code} - 코드: ${purposeText}`
      return `${code} - 로그인 코드`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? '로그인 코드' : `${appName} 로그인 코드`
      }
      return appName === undefined ? `코드: ${purposeText}` : `${appName} 코드: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `로그인 코드는 ${code}입니다.`
          : `${appName} 로그인 코드는 ${code}입니다.`
      }
      return appName === undefined
        ? `코드는 ${code}입니다. 용도: ${purposeText}.`
        : `${appName} 코드는 ${code}입니다. 용도: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? '로그인 코드:' : `${appName} 로그인 코드:`
      }
      return appName === undefined ? `코드(${purposeText}):` : `${appName} 코드(${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `유효 시간: ${amountText('ko', minutesLeft, 'minute')}.`,
    fillIn: '코드가 입력된 페이지 열기',
    fillInWhere: '코드를 요청한 브라우저에서 링크를 열어야만 코드가 입력됩니다.',
    enterOnlyAt: ({ host }) => `이 코드는 ${host}에서만 입력하세요.`,
    enterOnlyWhereRequested: '코드를 요청한 페이지에서만 입력하세요.',
    tellNobody: '저희 직원이라고 하는 사람을 포함해 누구에게도 코드를 알려 주지 마세요.',
    lengthened: ({ digits }) =>
      `회원님의 주소에 잘못된 코드가 입력되어 이 코드는 ${digits}자리입니다.`,
    notRequested:
      '직접 요청하지 않았다면 이 이메일을 무시하세요. 코드가 없으면 로그인할 수 없습니다.',
    notRequestedForPurpose:
      '직접 요청하지 않았다면 이 이메일을 무시하세요. 코드가 없으면 아무 일도 일어나지 않습니다.',
    passwordEntered:
      '방금 회원님의 비밀번호가 입력되었습니다. 본인이 입력하지 않았다면 다른 사람이 비밀번호를 알고 있으니 지금 변경하세요. 코드가 없으면 로그인할 수 없습니다.',
  },
  page: {
    titles: {
      signIn: '로그인',
      confirm: '코드로 확인',
      checkEmail: '이메일 주소를 확인하세요',
      enterCode: '코드 입력',
      codeSent: '이메일에 있는 코드를 입력하세요',
      checkCode: '코드를 확인하세요',
      newCode: '새 코드를 요청하세요',
      rateLimited: '코드 요청이 너무 많습니다',
      notSent: '이메일이 발송되지 않았습니다',
      notAllowed: '로그인이 거부되었습니다',
      signInFirst: '먼저 로그인하세요',
      tryAgain: '다시 시도하세요',
      failed: '문제가 발생했습니다',
    },
    signInIntro: '이메일로 코드를 보내 드립니다. 비밀번호는 필요하지 않습니다.',
    confirmIntro: '회원님의 이메일 주소로 코드를 보내 드립니다.',
    emailLabel: '이메일 주소',
    requestButton: '코드 받기',
    codeSentTo: ({ digits, email }) => `${email} 주소로 ${digits}자리 코드를 보냈습니다.`,
    codeSentIfKnown: ({ digits, email }) =>
      `${email} 주소로 로그인할 수 있다면 그 주소로 ${digits}자리 코드를 보냈습니다.`,
    codeLifetime: ({ minutes }) => `코드 유효 시간: ${amountText('ko', minutes, 'minute')}.`,
    codeLabel: '이메일에 있는 코드',
    trustBrowser: ({ days }) =>
      `이 브라우저에서 ${amountText('ko', days, 'day')} 동안 코드를 묻지 않기`,
    signInButton: '로그인',
    confirmButton: '확인',
    codeFilledIn: '이메일에 있는 코드가 입력되었습니다. 계속하려면 버튼을 누르세요.',
    notRequestedHere:
      '이 브라우저에서는 코드를 요청하지 않았습니다. 누군가가 이 페이지로 안내했다면 그 사람에게 코드를 알려 주지 마세요. 다른 브라우저나 다른 기기에서 요청했다면 그곳에 입력하세요.',
    otherLink:
      '이 링크는 다른 요청의 링크입니다. 코드를 여러 번 요청했다면 가장 최근 이메일에 있는 코드를 입력하세요. 누군가가 이 링크를 보냈다면 그 사람에게 코드를 알려 주지 마세요.',
    noMailHeading: '이메일이 오지 않았나요?',
    noMailAdvice:
      '이메일이 도착하는 데 1분 정도 걸릴 수 있습니다. 스팸함과 위의 주소를 확인하세요.',
    resendButton: '이메일 다시 보내기',
    resendWait: ({ time }) => `${time} 후에 이메일을 다시 요청할 수 있습니다.`,
    resendReady: '이제 이메일을 다시 요청할 수 있습니다.',
    codeStillWorks: '이미 받은 코드를 계속 사용할 수 있습니다.',
    newCodeButton: '새 코드 받기',
    ended: {
      not_sent: ({ email }) => `${email} 주소로 이메일을 보내지 못했습니다. 주소를 확인하세요.`,
      spent: ({ email }) =>
        `잘못된 코드가 너무 많이 입력되었습니다. ${email} 주소의 코드는 더 이상 사용할 수 없습니다.`,
      expired: ({ email }) => `${email} 주소의 코드가 만료되었습니다.`,
      too_short: ({ email }) =>
        `${email} 주소에 잘못된 코드가 입력되어 이제 더 긴 코드가 필요합니다.`,
      gone: ({ email }) => `${email} 주소의 코드는 더 이상 사용할 수 없습니다.`,
    },
    otherAddress: '다른 주소 사용',
    otherAddressButton: '이 주소로 코드 보내기',
    signInLink: '로그인 페이지로 이동',
    busy: '잠시 기다려 주세요…',
    failed: '저희 쪽에 문제가 발생했습니다. 잠시 후 다시 시도하세요.',
  },
}

export { ko as default }
