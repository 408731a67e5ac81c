/** Something that keeps Castellan from starting and that a person can mend: shown as one message, without a stack. */
export class StartError extends Error {
  /**
   * @param message what is wrong and what to do about it
   * @param output the last lines of the service's own output, where they help
   * @param exitCode 78 (EX_CONFIG) where only another setting helps and a restart does not
   */
  constructor(
    message: string,
    readonly output: readonly string[] = [],
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
