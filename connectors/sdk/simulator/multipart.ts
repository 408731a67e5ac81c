import type { JsonObject } from '../types.js';

/** A file of a form, as a simulator's rules see it. */
export interface SimulatedFile {
  filename: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** In base64. */
  content: string;
}

/** A form with files as JSON: a text for each field, a SimulatedFile for each file. */
export async function readMultipart(bytes: Buffer, contentType: string): Promise<JsonObject> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  const fields: JsonObject = {};
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else {
      const content = Buffer.from(await value.arrayBuffer());
      const file: SimulatedFile = {
        filename: value.name,
        contentType: value.type,
        size: content.length,
        content: content.toString('base64'),
      };
      fields[name] = { ...file };
    }
  }
  return fields;
}
