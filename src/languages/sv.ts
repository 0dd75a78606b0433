import { amountText, waitText } from '../util/durations.js'
import { pluralsOf } from '../util/plurals.js'
import type { Catalogue } from './catalogue.js'

const plural = pluralsOf('sv', ['one', 'other'])

/** Swedish. */
export const sv: Catalogue = {
  tag: 'sv',
  dir: 'ltr',
  reasons: {
    code_sent: 'Leta efter koden i din e-post. Det kan ta en minut innan den kommer fram.',
    code_sent_unconfirmed:
      'E-postservern har inte bekräftat mejlet ännu. Koden kan fortfarande komma fram.',
    accepted: 'Koden stämmer.',
    invalid_email: 'Ange en enda e-postadress, till exempel namn@example.com.',
    invalid_email_unseen:
      'Det finns ett mellanslag eller ett osynligt tecken i adressen. Skriv den i stället för att klistra in den.',
    missing_code: 'Ange koden från mejlet.',
    malformed_code: ({ digits }) => `Ange alla ${digits} siffror i koden, och bara siffror.`,
    invalid_code: ({ attemptsLeft }) =>
      plural(attemptsLeft, {
        one: 'Koden stämmer inte. Du har ett försök kvar.',
        other: `Koden stämmer inte. Du har ${attemptsLeft} försök kvar.`,
      }),
    invalid_code_last: 'Koden stämmer inte. Begär en ny.',
    not_signed_in: 'Logga in först.',
    otp_required: 'Bekräfta detta först med en kod från din e-post.',
    expired_code: 'Koden gäller inte längre. Begär en ny.',
    no_pending_code: 'Det finns ingen kod att kontrollera. Begär en ny.',
    not_allowed: 'Det går inte att logga in här med den adressen.',
    cross_site: 'Begäran kom från en annan webbplats. Öppna sidan och försök igen.',
    method_not_allowed: 'Den här URL:en tar bara emot POST-anrop.',
    too_many_attempts: 'För många felaktiga koder. Begär en ny.',
    rate_limited: ({ retryAfterSeconds }) =>
      `För många koder har begärts. Försök igen ${waitText('sv', retryAfterSeconds)}.`,
    not_sent: 'Mejlet kunde inte skickas. Försök igen.',
    earlier_request:
      'Den här sidan hör till en tidigare begäran. Ange koden från det senaste mejlet.',
    no_address: 'Kontot har ingen e-postadress som går att använda. Kontakta supporten.',
    trusted_browser: 'Den här webbläsaren är betrodd, så ingen kod behövs.',
  },
  mail: {
    subject({ appName, purposeText, code }) {
      if (appName !== undefined) return `${code} är din kod för ${appName}`
      if (purposeText !== undefined) return `${code} är din kod: ${purposeText}`
      return `${code} är din inloggningskod`
    },
    subjectWithoutCode({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Din inloggningskod' : `Din inloggningskod för ${appName}`
      }
      return appName === undefined
        ? `Din kod: ${purposeText}`
        : `Din kod för ${appName}: ${purposeText}`
    },
    codeSentence({ appName, purposeText, code }) {
      if (purposeText === undefined) {
        return appName === undefined
          ? `Din inloggningskod är ${code}.`
          : `Din inloggningskod för ${appName} är ${code}.`
      }
      return appName === undefined
        ? `Din kod är ${code}. Den gäller: ${purposeText}.`
        : `Din kod för ${appName} är ${code}. Den gäller: ${purposeText}.`
    },
    codeLabel({ appName, purposeText }) {
      if (purposeText === undefined) {
        return appName === undefined ? 'Din inloggningskod:' : `Din inloggningskod för ${appName}:`
      }
      return appName === undefined
        ? `Din kod (${purposeText}):`
        : `Din kod för ${appName} (${purposeText}):`
    },
    lifetime: ({ minutesLeft }) => `Giltighetstid: ${amountText('sv', minutesLeft, 'minute')}.`,
    fillIn: 'Öppna sidan med koden ifylld',
    fillInWhere: 'Länken fyller bara i koden i den webbläsare där du begärde den.',
    enterOnlyAt: ({ host }) => `Ange den bara på ${host}.`,
    enterOnlyWhereRequested: 'Ange den bara på sidan där du begärde den.',
    tellNobody: 'Ge den inte till någon, inte ens till någon som säger sig arbeta hos oss.',
    lengthened: ({ digits }) =>
      `Koden har ${digits} siffror eftersom felaktiga koder har angetts för din adress.`,
    notRequested:
      'Om du inte har begärt den kan du bortse från mejlet. Utan koden går det inte att logga in.',
    notRequestedForPurpose:
      'Om du inte har begärt den kan du bortse från mejlet. Utan koden händer ingenting.',
    passwordEntered:
      'Ditt lösenord har just angetts. Om det inte var du, känner någon annan till det: byt det nu. Utan koden går det inte att logga in.',
  },
  page: {
    titles: {
      signIn: 'Logga in',
      confirm: 'Bekräfta med en kod',
      checkEmail: 'Kontrollera e-postadressen',
      enterCode: 'Ange koden',
      codeSent: 'Ange koden från mejlet',
      checkCode: 'Kontrollera koden',
      newCode: 'Begär en ny kod',
      rateLimited: 'För många koder har begärts',
      notSent: 'Mejlet skickades inte',
      notAllowed: 'Inloggningen nekades',
      signInFirst: 'Logga in först',
      tryAgain: 'Försök igen',
      failed: 'Något gick fel',
    },
    signInIntro: 'Vi skickar en kod via e-post. Du behöver inget lösenord.',
    confirmIntro: 'Vi skickar en kod till din e-postadress.',
    emailLabel: 'E-postadress',
    requestButton: 'Skicka en kod',
    codeSentTo: ({ digits, email }) => `Vi har skickat en kod med ${digits} siffror till ${email}.`,
    codeSentIfKnown: ({ digits, email }) =>
      `Om det går att logga in här med ${email} har vi skickat en kod med ${digits} siffror dit.`,
    codeLifetime: ({ minutes }) => `Kodens giltighetstid: ${amountText('sv', minutes, 'minute')}.`,
    codeLabel: 'Kod från mejlet',
    trustBrowser: ({ days }) =>
      plural(days, {
        one: 'Fråga inte efter en kod i den här webbläsaren på en dag',
        other: `Fråga inte efter en kod i den här webbläsaren på ${days} dagar`,
      }),
    signInButton: 'Logga in',
    confirmButton: 'Bekräfta',
    codeFilledIn: 'Koden från mejlet har fyllts i. Tryck på knappen för att fortsätta.',
    notRequestedHere:
      'Du har inte begärt någon kod i den här webbläsaren. Om någon har skickat dig hit ska du inte ge koden till den personen. Om du begärde den i en annan webbläsare eller på en annan enhet anger du den där.',
    otherLink:
      'Länken hör till en annan begäran. Om du har begärt flera koder anger du den från det senaste mejlet. Om någon har skickat länken till dig ska du inte ge koden till den personen.',
    noMailHeading: 'Inget mejl än?',
    noMailAdvice:
      'Det kan ta en minut innan mejlet kommer fram. Titta i skräpposten och kontrollera adressen ovan.',
    resendButton: 'Skicka mejlet igen',
    resendWait: ({ time }) => `Du kan begära ett nytt mejl om ${time}.`,
    resendReady: 'Nu kan du begära ett nytt mejl.',
    codeStillWorks: 'Koden som du redan har fungerar fortfarande.',
    newCodeButton: 'Skicka en ny kod',
    ended: {
      not_sent: ({ email }) =>
        `Det gick inte att skicka något mejl till ${email}. Kontrollera adressen.`,
      spent: ({ email }) =>
        `För många felaktiga koder har angetts. Koden för ${email} fungerar inte längre.`,
      expired: ({ email }) => `Koden för ${email} har gått ut.`,
      too_short: ({ email }) =>
        `Felaktiga koder har angetts för ${email}, så nu behövs en längre kod.`,
      gone: ({ email }) => `Koden för ${email} fungerar inte längre.`,
    },
    otherAddress: 'Använd en annan adress',
    otherAddressButton: 'Skicka en kod till den här adressen',
    signInLink: 'Gå till inloggningssidan',
    busy: 'Ett ögonblick …',
    failed: 'Något är fel hos oss. Försök igen om en stund.',
  },
}

export { sv as default }
