import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('es', ['one', 'other'])

/** Spanish. */
export const es: Catalogue = {
  tag: 'es',
  dir: 'ltr',
  reasons: {
    code_sent: 'Busca el código en tu correo. Puede tardar un minuto en llegar.',
    code_sent_unconfirmed:
      'El servidor de correo aún no ha confirmado el envío del mensaje. El código todavía puede llegar.',
    accepted: 'El código es correcto.',
    invalid_email:
      'Escribe una sola dirección de correo electrónico, por ejemplo nombre@example.com.',
    invalid_email_unseen:
      'Esta dirección contiene un espacio o un carácter invisible. Escríbela a mano en lugar de pegarla.',
    missing_code: 'Escribe el código que recibiste por correo.',
    malformed_code: ({ digits }) => `Escribe los ${digits} dígitos del código, y solo dígitos.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'El código no es correcto. Te queda un intento.',
        other: `El código no es correcto. Te quedan ${attemptsLeft} intentos.`,
      }),
    invalid_code_last: 'El código no es correcto. Solicita uno nuevo.',
    not_signed_in: 'Primero inicia sesión.',
    otp_required: 'Primero confirma esta acción con un código que te enviaremos por correo.',
    expired_code: 'Este código ya no es válido. Solicita uno nuevo.',
    no_pending_code: 'No hay ningún código que comprobar. Solicita uno nuevo.',
    not_allowed: 'Con esta dirección no se puede iniciar sesión aquí.',
    cross_site: 'Esta solicitud procede de otro sitio. Abre la página e inténtalo de nuevo.',
    method_not_allowed: 'Esta URL solo acepta solicitudes POST.',
    too_many_attempts: 'Demasiados códigos incorrectos. Solicita uno nuevo.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Se han solicitado demasiados códigos. Inténtalo de nuevo ${waitText('es', retryAfterSeconds)}.`,
    not_sent: 'No se ha podido enviar el correo. Inténtalo de nuevo.',
    earlier_request:
      'Esta página corresponde a una solicitud anterior. Escribe el código del último correo.',
    no_address:
      'Esta cuenta no tiene una dirección de correo que se pueda usar. Ponte en contacto con el servicio de asistencia.',
    trusted_browser: 'Este navegador es de confianza, así que no hace falta ningún código.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} es tu código de ${appName}`
      if (purposeText !== undefined) return `${code} es tu código: ${purposeText}`
      return `${code} es tu código de inicio de sesión`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Tu código de inicio de sesión'
          : `Tu código de inicio de sesión de ${appName}`
      }
      return appName === undefined
        ? `Tu código: ${purposeText}`
        : `Tu código de ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Tu código de inicio de sesión es ${code}.`
          : `Tu código de inicio de sesión de ${appName} es ${code}.`
      }
      return appName === undefined
        ? `Tu código es ${code}. Sirve para: ${purposeText}.`
        : `Tu código de ${appName} es ${code}. Sirve para: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Tu código de inicio de sesión:'
          : `Tu código de inicio de sesión de ${appName}:`
      }
      return appName === undefined
        ? `Tu código (${purposeText}):`
        : `Tu código de ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Validez: ${amountText('es', minutesLeft, 'minute')}.`,
    fillIn: 'Abrir la página con el código ya escrito',
    fillInWhere: 'El enlace solo escribe el código en el navegador en el que lo solicitaste.',
    enterOnlyAt: ({ host }) => `Escríbelo solo en ${host}.`,
    enterOnlyWhereRequested: 'Escríbelo solo en la página en la que lo solicitaste.',
    tellNobody: 'No se lo des a nadie, aunque diga que trabaja para nosotros.',
    lengthened: ({ digits }) =>
      `Este código tiene ${digits} dígitos porque se han introducido códigos incorrectos para tu dirección.`,
    notRequested:
      'Si no lo has solicitado, ignora este correo. Sin el código no se puede iniciar sesión.',
    notRequestedForPurpose:
      'Si no lo has solicitado, ignora este correo. Sin el código no pasa nada.',
    passwordEntered:
      'Alguien acaba de introducir tu contraseña. Si no has sido tú, otra persona la conoce: cámbiala ahora. Sin el código no se puede iniciar sesión.',
  },
  page: {
    titles: {
      signIn: 'Iniciar sesión',
      confirm: 'Confirmar con un código',
      checkEmail: 'Comprueba la dirección de correo',
      enterCode: 'Escribe el código',
      codeSent: 'Escribe el código del correo',
      checkCode: 'Comprueba el código',
      newCode: 'Solicita un código nuevo',
      rateLimited: 'Demasiados códigos solicitados',
      notSent: 'No se ha enviado el correo',
      notAllowed: 'Inicio de sesión denegado',
      signInFirst: 'Primero inicia sesión',
      tryAgain: 'Inténtalo de nuevo',
      failed: 'Algo ha fallado',
    },
    signInIntro: 'Te enviaremos un código por correo electrónico. No necesitas contraseña.',
    confirmIntro: 'Enviaremos un código a tu dirección de correo electrónico.',
    emailLabel: 'Correo electrónico',
    requestButton: 'Enviarme un código',
    codeSentTo: ({ digits, email }) => `Hemos enviado un código de ${digits} dígitos a ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Si con ${email} se puede iniciar sesión aquí, hemos enviado un código de ${digits} dígitos a esa dirección.`,
    codeLifetime: ({ minutes }) => `Validez del código: ${amountText('es', minutes, 'minute')}.`,
    codeLabel: 'Código del correo',
    trustBrowser: ({ days }) =>
      `No pedir ningún código en este navegador durante ${amountText('es', days, 'day')}`,
    signInButton: 'Iniciar sesión',
    confirmButton: 'Confirmar',
    codeFilledIn: 'El código del correo ya está escrito. Pulsa el botón para continuar.',
    notRequestedHere:
      'No has solicitado ningún código en este navegador. Si alguien te ha enviado aquí, no le des el código. Si lo solicitaste en otro navegador o en otro dispositivo, escríbelo allí.',
    otherLink:
      'Este enlace corresponde a otra solicitud. Si has solicitado varios códigos, escribe el del último correo. Si alguien te ha enviado el enlace, no le des el código.',
    noMailHeading: '¿No ha llegado el correo?',
    noMailAdvice:
      'El correo puede tardar un minuto en llegar. Mira en la carpeta de correo no deseado y comprueba la dirección de arriba.',
    resendButton: 'Volver a enviar el correo',
    resendWait: ({ time }) => `Podrás solicitar otro correo dentro de ${time}.`,
    resendReady: 'Ya puedes solicitar otro correo.',
    codeStillWorks: 'El código que ya tienes sigue siendo válido.',
    newCodeButton: 'Enviarme un código nuevo',
    ended: {
      not_sent: ({ email }) =>
        `No se ha podido enviar ningún correo a ${email}. Comprueba la dirección.`,
      spent: ({ email }) =>
        `Se han introducido demasiados códigos incorrectos. El código para ${email} ya no es válido.`,
      expired: ({ email }) => `El código para ${email} ha caducado.`,
      too_short: ({ email }) =>
        `Se han introducido códigos incorrectos para ${email}, así que ahora hace falta un código más largo.`,
      gone: ({ email }) => `El código para ${email} ya no es válido.`,
    },
    otherAddress: 'Usar otra dirección',
    otherAddressButton: 'Enviar un código a esta dirección',
    signInLink: 'Ir a la página de inicio de sesión',
    busy: 'Un momento…',
    failed: 'Ha fallado algo por nuestra parte. Inténtalo de nuevo en un momento.',
  },
}

export { es as default }
