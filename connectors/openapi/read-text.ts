import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { documentError } from './document-error.js';

/** As JSON, with the merge keys that people write by hand. */
const yamlSchema = CORE_SCHEMA.withTags(mergeTag);

/**
 * The value that a JSON or YAML text holds.
 * @throws DocumentError with line and column where it cannot be read.
 */
export function readText(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text.trim() === '') throw documentError('', 'The document is empty.', 'Take the file of the API’s description.');
  if (/^\s*</.test(text)) {
    throw documentError(
      'line 1',
      'This is a web page or XML, not a description in JSON or YAML.',
      'Take the address of the file itself; pages that show a file have a link such as “raw” or “download”.',
    );
  }
  return readJson(text) ?? readYaml(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw documentError('', 'The document is not in UTF-8.', 'Save it as UTF-8, or take the uncompressed file.');
  }
}

/** Undefined where it is no JSON: the reader of YAML then says where, since JSON is YAML. */
function readJson(text: string): unknown {
  if (!/^\s*[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readYaml(text: string): unknown {
  try {
    return load(text, { schema: yamlSchema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const place = mark ? `line ${mark.line + 1}, column ${mark.column + 1}` : '';
    throw documentError(place, `It cannot be read: ${reason}.`, 'Correct the file there, or export it again.');
  }
}
