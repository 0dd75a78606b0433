/**
 * Characters that have no ink, for use inside a character class with the flag `u`: format characters, such as
 * U+200B and U+202C, and those that Unicode says to ignore, such as variation selectors and the Hangul filler.
 * Users do not see them, and they come along when text is copied.
 */
export const INVISIBLE = '\\p{Cf}\\p{Default_Ignorable_Code_Point}'

/** Blanks of all scripts, for use inside a character class with the flag `u`. U+2800 is the empty Braille cell. */
export const BLANK = '\\s\\u2800'
