import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('fr', ['one', 'other'])

/** French. */
export const fr: Catalogue = {
  tag: 'fr',
  dir: 'ltr',
  reasons: {
    code_sent:
      'Consultez votre boîte mail pour trouver le code. Il peut mettre une minute à arriver.',
    code_sent_unconfirmed:
      'Le serveur de messagerie n’a pas encore confirmé l’envoi de l’e-mail. Le code peut encore arriver.',
    accepted: 'Le code est correct.',
    invalid_email: 'Saisissez une seule adresse e-mail, par exemple nom@example.com.',
    invalid_email_unseen:
      'Cette adresse contient un espace ou un caractère invisible. Saisissez-la au clavier au lieu de la coller.',
    missing_code: 'Saisissez le code reçu par e-mail.',
    malformed_code: ({ digits }) =>
      `Saisissez les ${digits} chiffres du code, et uniquement des chiffres.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Ce code est incorrect. Il vous reste un essai.',
        other: `Ce code est incorrect. Il vous reste ${attemptsLeft} essais.`,
      }),
    invalid_code_last: 'Ce code est incorrect. Demandez-en un nouveau.',
    not_signed_in: 'Connectez-vous d’abord.',
    otp_required: 'Confirmez d’abord cette action avec un code reçu par e-mail.',
    expired_code: 'Ce code n’est plus valable. Demandez-en un nouveau.',
    no_pending_code: 'Il n’y a pas de code à vérifier. Demandez-en un nouveau.',
    not_allowed: 'Cette adresse ne permet pas de se connecter ici.',
    cross_site: 'Cette demande provient d’un autre site. Ouvrez la page et réessayez.',
    method_not_allowed: 'Cette URL n’accepte que les requêtes POST.',
    too_many_attempts: 'Trop de codes incorrects. Demandez un nouveau code.',
    rate_limited: ({ retryAfterSeconds }) =>
      `Trop de codes ont été demandés. Réessayez ${waitText('fr', retryAfterSeconds)}.`,
    not_sent: 'L’e-mail n’a pas pu être envoyé. Réessayez.',
    earlier_request:
      'Cette page correspond à une demande antérieure. Saisissez le code du dernier e-mail.',
    no_address: 'Ce compte n’a pas d’adresse e-mail utilisable. Contactez l’assistance.',
    trusted_browser: 'Ce navigateur est approuvé\u00a0: aucun code n’est nécessaire.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} est votre code ${appName}`
      if (purposeText !== undefined) return `${code} est votre code\u00a0: ${purposeText}`
      return `${code} est votre code de connexion`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Votre code de connexion'
          : `Votre code de connexion ${appName}`
      }
      return appName === undefined
        ? `Votre code\u00a0: ${purposeText}`
        : `Votre code ${appName}\u00a0: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Votre code de connexion est ${code}.`
          : `Votre code de connexion ${appName} est ${code}.`
      }
      return appName === undefined
        ? `Votre code est ${code}. Il sert à\u00a0: ${purposeText}.`
        : `Votre code ${appName} est ${code}. Il sert à\u00a0: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? 'Votre code de connexion\u00a0:'
          : `Votre code de connexion ${appName}\u00a0:`
      }
      return appName === undefined
        ? `Votre code (${purposeText})\u00a0:`
        : `Votre code ${appName} (${purposeText})\u00a0:`
    },
    lifetime: ({ minutesLeft }) =>
      `Durée de validité\u00a0: ${amountText('fr', minutesLeft, 'minute')}.`,
    fillIn: 'Ouvrir la page avec le code déjà saisi',
    fillInWhere: 'Le lien saisit le code uniquement dans le navigateur où vous l’avez demandé.',
    enterOnlyAt: ({ host }) => `Saisissez-le uniquement sur ${host}.`,
    enterOnlyWhereRequested: 'Saisissez-le uniquement sur la page où vous l’avez demandé.',
    tellNobody: 'Ne le communiquez à personne, même à quelqu’un qui dit travailler pour nous.',
    lengthened: ({ digits }) =>
      `Ce code comporte ${digits} chiffres, car des codes incorrects ont été saisis pour votre adresse.`,
    notRequested:
      'Si vous ne l’avez pas demandé, ignorez cet e-mail. Il est impossible de se connecter sans le code.',
    notRequestedForPurpose:
      'Si vous ne l’avez pas demandé, ignorez cet e-mail. Rien ne se passera sans le code.',
    passwordEntered:
      'Votre mot de passe vient d’être saisi. Si ce n’était pas vous, quelqu’un d’autre le connaît\u00a0: changez-le maintenant. Il est impossible de se connecter sans le code.',
  },
  page: {
    titles: {
      signIn: 'Connexion',
      confirm: 'Confirmer avec un code',
      checkEmail: 'Vérifiez l’adresse e-mail',
      enterCode: 'Saisissez le code',
      codeSent: 'Saisissez le code reçu par e-mail',
      checkCode: 'Vérifiez le code',
      newCode: 'Demandez un nouveau code',
      rateLimited: 'Trop de codes demandés',
      notSent: 'L’e-mail n’a pas été envoyé',
      notAllowed: 'Connexion refusée',
      signInFirst: 'Connectez-vous d’abord',
      tryAgain: 'Réessayez',
      failed: 'Un problème est survenu',
    },
    signInIntro: 'Nous vous enverrons un code par e-mail. Vous n’avez pas besoin de mot de passe.',
    confirmIntro: 'Nous enverrons un code à votre adresse e-mail.',
    emailLabel: 'Adresse e-mail',
    requestButton: 'M’envoyer un code',
    codeSentTo: ({ digits, email }) => `Nous avons envoyé un code à ${digits} chiffres à ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Si ${email} permet de se connecter ici, nous avons envoyé un code à ${digits} chiffres à cette adresse.`,
    codeLifetime: ({ minutes }) =>
      `Durée de validité du code\u00a0: ${amountText('fr', minutes, 'minute')}.`,
    codeLabel: 'Code reçu par e-mail',
    trustBrowser: ({ days }) =>
      `Ne plus demander de code sur ce navigateur pendant ${amountText('fr', days, 'day')}`,
    signInButton: 'Se connecter',
    confirmButton: 'Confirmer',
    codeFilledIn: 'Le code reçu par e-mail a été saisi. Appuyez sur le bouton pour continuer.',
    notRequestedHere:
      'Vous n’avez pas demandé de code dans ce navigateur. Si quelqu’un vous a envoyé ici, ne lui communiquez pas le code. Si vous l’avez demandé dans un autre navigateur ou sur un autre appareil, saisissez-le là-bas.',
    otherLink:
      'Ce lien correspond à une autre demande. Si vous avez demandé plusieurs codes, saisissez celui du dernier e-mail. Si quelqu’un vous a envoyé ce lien, ne lui communiquez pas le code.',
    noMailHeading: 'Vous n’avez rien reçu\u00a0?',
    noMailAdvice:
      'L’e-mail peut mettre une minute à arriver. Regardez dans le dossier des indésirables et vérifiez l’adresse ci-dessus.',
    resendButton: 'Renvoyer l’e-mail',
    resendWait: ({ time }) => `Vous pourrez demander un autre e-mail dans ${time}.`,
    resendReady: 'Vous pouvez maintenant demander un autre e-mail.',
    codeStillWorks: 'Le code que vous avez déjà reçu reste valable.',
    newCodeButton: 'M’envoyer un nouveau code',
    ended: {
      not_sent: ({ email }) => `Aucun e-mail n’a pu être envoyé à ${email}. Vérifiez l’adresse.`,
      spent: ({ email }) =>
        `Trop de codes incorrects ont été saisis. Le code pour ${email} n’est plus valable.`,
      expired: ({ email }) => `Le code pour ${email} a expiré.`,
      too_short: ({ email }) =>
        `Des codes incorrects ont été saisis pour ${email}\u00a0: cette adresse nécessite désormais un code plus long.`,
      gone: ({ email }) => `Le code pour ${email} n’est plus valable.`,
    },
    otherAddress: 'Utiliser une autre adresse',
    otherAddressButton: 'Envoyer un code à cette adresse',
    signInLink: 'Aller à la page de connexion',
    busy: 'Un instant…',
    failed: 'Un problème est survenu de notre côté. Réessayez dans un instant.',
  },
}

export { fr as default }
