/** What has to be corrected in the source or on a page before the tables can be written, as sentences. */
export const problems = []
