import { Failure } from '../failure.js';
import { toText } from '../template-helpers.js';
import type { TargetText } from './target-text.js';

/** A value is one part of the path or query; as a whole part of the path it is neither empty nor leads upwards. */
export function urlText(): TargetText {
  let written = '';
  const keep = (text: string): string => {
    written += text;
    return text;
  };
  return {
    own: keep,
    value: (value) => {
      const text = encodeURIComponent(toText(value).replace(/\p{Surrogate}/gu, '\uFFFD'));
      if (beginsPart(written) && text === '') throw new Failure('E_EXPR', 'A part of the address would be empty.');
      if (beginsPart(written) && /^\.{1,2}$/.test(text)) {
        throw new Failure('E_EXPR', `A part of the address would be “${text}”, which leads elsewhere.`);
      }
      return keep(text);
    },
  };
}

/** After a slash of the path, which is before any query and not the one before the host. */
const beginsPart = (written: string): boolean =>
  /^[^?#]*\/$/.test(written) && !/^[a-z][a-z0-9+.-]*:\/\/$/i.test(written);
