/** What to do when there is no browser. */
export declare const browserRemedy: string;

/**
 * By CHROMIUM_PATH or CASTELLAN_BROWSER, else on PATH, else Playwright's own, downloaded where that can be had.
 * `say` is told before a download. Gives the path of its program.
 */
export declare function findBrowser(say: (sentence: string) => void): Promise<string | undefined>;
