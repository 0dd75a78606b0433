import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('pt-BR', ['one', 'other'])

/** Brazilian Portuguese. */
export const ptBR: Catalogue = {
  tag: 'pt-BR',
  dir: 'ltr',
  reasons: {
    code_sent: 'Procure o código no seu e-mail. Ele pode levar um minuto para chegar.',
    code_sent_unconfirmed:
      'O servidor de e-mail ainda não confirmou o envio da mensagem. O código ainda pode chegar.',
    accepted: 'O código está correto.',
    invalid_email: 'Digite um único endereço de e-mail, como nome@example.com.',
    invalid_email_unseen:
      'Este endereço contém um espaço ou um caractere invisível. Digite-o em vez de colar.',
    missing_code: 'Digite o código que você recebeu por e-mail.',
    malformed_code: ({ digits }) => `Digite os ${digits} dígitos do código, e somente dígitos.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'O código está incorreto. Você tem mais uma tentativa.',
        other: `O código está incorreto. Você tem mais ${attemptsLeft} tentativas.`,
      }),
    invalid_code_last: 'O código está incorreto. Solicite um novo.',
    not_signed_in: 'Primeiro, entre na sua conta.',
    otp_required: 'Primeiro, confirme esta ação com um código enviado por e-mail.',
    expired_code: 'Este código não é mais válido. Solicite um novo.',
    no_pending_code: 'Não há nenhum código para verificar. Solicite um novo.',
    not_allowed: 'Não é possível entrar aqui com este endereço.',
    cross_site: 'Esta solicitação veio de outro site. Abra a página e tente novamente.',
    method_not_allowed: 'Esta URL aceita somente solicitações POST.',
    too_many_attempts: 'Muitos códigos incorretos. Solicite um novo.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Foram solicitados muitos códigos. Tente novamente ${waitText('pt-BR', retryAfterSeconds)}.`,
    not_sent: 'Não foi possível enviar o e-mail. Tente novamente.',
    earlier_request:
      'Esta página é de uma solicitação anterior. Digite o código do e-mail mais recente.',
    no_address: 'Esta conta não tem um endereço de e-mail que possa ser usado. Fale com o suporte.',
    trusted_browser: 'Este navegador é confiável, portanto não é necessário um código.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} é o seu código para ${appName}`
      if (purposeText !== undefined) return `${code} é o seu código: ${purposeText}`
      return `${code} é o seu código de acesso`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Seu código de acesso'
          : `Seu código de acesso para ${appName}`
      }
      return appName === undefined
        ? `Seu código: ${purposeText}`
        : `Seu código para ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Seu código de acesso é ${code}.`
          : `Seu código de acesso para ${appName} é ${code}.`
      }
      return appName === undefined
        ? `Seu código é ${code}. Ele serve para: ${purposeText}.`
        : `Seu código para ${appName} é ${code}. Ele serve para: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Seu código de acesso:'
          : `Seu código de acesso para ${appName}:`
      }
      return appName === undefined
        ? `Seu código (${purposeText}):`
        : `Seu código para ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Validade: ${amountText('pt-BR', minutesLeft, 'minute')}.`,
    fillIn: 'Abrir a página com o código preenchido',
    fillInWhere: 'O link só preenche o código no navegador em que você o solicitou.',
    enterOnlyAt: ({ host }) => `Digite-o somente em ${host}.`,
    enterOnlyWhereRequested: 'Digite-o somente na página em que você o solicitou.',
    tellNobody: 'Não o informe a ninguém, mesmo que a pessoa diga que trabalha para nós.',
    lengthened: ({ digits }) =>
      `Este código tem ${digits} dígitos porque foram digitados códigos incorretos para o seu endereço.`,
    notRequested:
      'Se você não o solicitou, ignore este e-mail. Sem o código, não é possível entrar.',
    notRequestedForPurpose:
      'Se você não o solicitou, ignore este e-mail. Sem o código, nada acontece.',
    passwordEntered:
      'Sua senha acabou de ser digitada. Se não foi você, outra pessoa a conhece: troque-a agora. Sem o código, não é possível entrar.',
  },
  page: {
    titles: {
      signIn: 'Entrar',
      confirm: 'Confirmar com um código',
      checkEmail: 'Verifique o endereço de e-mail',
      enterCode: 'Digite o código',
      codeSent: 'Digite o código do e-mail',
      checkCode: 'Verifique o código',
      newCode: 'Solicite um novo código',
      rateLimited: 'Muitos códigos solicitados',
      notSent: 'O e-mail não foi enviado',
      notAllowed: 'Acesso recusado',
      signInFirst: 'Primeiro, entre na sua conta',
      tryAgain: 'Tente novamente',
      failed: 'Algo deu errado',
    },
    signInIntro: 'Vamos enviar um código por e-mail. Você não precisa de senha.',
    confirmIntro: 'Vamos enviar um código para o seu endereço de e-mail.',
    emailLabel: 'Endereço de e-mail',
    requestButton: 'Enviar código',
    codeSentTo: ({ digits, email }) => `Enviamos um código de ${digits} dígitos para ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Se for possível entrar aqui com ${email}, enviamos um código de ${digits} dígitos para esse endereço.`,
    codeLifetime: ({ minutes }) => `Validade do código: ${amountText('pt-BR', minutes, 'minute')}.`,
    codeLabel: 'Código do e-mail',
    trustBrowser: ({ days }) =>
      `Não pedir código neste navegador por ${amountText('pt-BR', days, 'day')}`,
    signInButton: 'Entrar',
    confirmButton: 'Confirmar',
    codeFilledIn: 'O código do e-mail foi preenchido. Pressione o botão para continuar.',
    notRequestedHere:
      'Você não solicitou um código neste navegador. Se alguém enviou você para cá, não informe o código a essa pessoa. Se você o solicitou em outro navegador ou em outro dispositivo, digite-o lá.',
    otherLink:
      'Este link é de outra solicitação. Se você solicitou vários códigos, digite o do e-mail mais recente. Se alguém enviou o link a você, não informe o código a essa pessoa.',
    noMailHeading: 'O e-mail não chegou?',
    noMailAdvice:
      'O e-mail pode levar um minuto para chegar. Veja a pasta de spam e verifique o endereço acima.',
    resendButton: 'Enviar o e-mail novamente',
    resendWait: ({ time }) => `Você poderá solicitar outro e-mail em ${time}.`,
    resendReady: 'Você já pode solicitar outro e-mail.',
    codeStillWorks: 'O código que você já tem ainda é válido.',
    newCodeButton: 'Enviar um novo código',
    ended: {
      not_sent: ({ email }) =>
        `Não foi possível enviar um e-mail para ${email}. Verifique o endereço.`,
      spent: ({ email }) =>
        `Foram digitados muitos códigos incorretos. O código para ${email} não é mais válido.`,
      expired: ({ email }) => `O código para ${email} expirou.`,
      too_short: ({ email }) =>
        `Foram digitados códigos incorretos para ${email}, por isso agora é necessário um código mais longo.`,
      gone: ({ email }) => `O código para ${email} não é mais válido.`,
    },
    otherAddress: 'Usar outro endereço',
    otherAddressButton: 'Enviar um código para este endereço',
    signInLink: 'Ir para a página de login',
    busy: 'Um momento…',
    failed: 'Algo deu errado do nosso lado. Tente novamente em alguns instantes.',
  },
}

export { ptBR as default }
