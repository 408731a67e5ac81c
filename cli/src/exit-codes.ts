/** What commands end with beside 0 and 1, by their names in sysexits.h. */

/** The command was used wrongly. */
export const EX_USAGE = 64;
/** What was given is not what it is taken for. */
export const EX_DATAERR = 65;
/** A file that was named is not there. */
export const EX_NOINPUT = 66;
/** A service is not there. */
export const EX_UNAVAILABLE = 69;
/** Wrong configuration: a restart cannot help. */
export const EX_CONFIG = 78;
