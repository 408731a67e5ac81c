import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a connector that passes the contract suite: the sample vendor's under another name, and named where all are.
 * @param folder the folder `connectors`
 * @param id such as `acme-hr`
 * @returns the files that were made or changed
 */
export function newConnector(folder: string, id: string): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new Error(
      `“${id}” is no id of a connector: small letters and digits, with hyphens between, such as acme-hr.`,
    );
  }
  if (existsSync(join(folder, id))) throw new Error(`There is a folder connectors/${id} already.`);
  const sample = join(folder, 'sample-vendor');
  const made = filesBelow(sample).map((file) => {
    const target = join(folder, id, renamed(file, id));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, renamed(readFileSync(join(sample, file), 'utf8'), id));
    return target;
  });
  const variable = camel(id);
  return [
    ...made,
    register(join(folder, 'index.ts'), variable, `./${id}/${id}.connector.js`),
    register(join(folder, 'simulators.ts'), `${variable}Simulator`, `./${id}/${id}.simulator.js`),
  ];
}

/** Files of a folder, by their path below it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** The sample's text with the connector's own names. */
function renamed(text: string, id: string): string {
  return text
    .replace(/\/\*\* No vendor’s: .*\n/, '')
    .replaceAll('sample-vendor', id)
    .replaceAll('sampleVendor', camel(id))
    .replaceAll('SampleVendor', camel(`-${id}`))
    .replaceAll('Sample Vendor', title(id));
}

/** Adds an import and an entry to the list that the file exports. */
function register(file: string, variable: string, path: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.splice(
    lines.findLastIndex((line) => line.includes(" from '")) + 1,
    0,
    `import { ${variable} } from '${path}';`,
  );
  const source = lines.join('\n');
  const end = source.indexOf('];', source.indexOf('[] = [') + '[] = ['.length);
  const listed = source.slice(0, end).trimEnd().replace(/,$/, '');
  writeFileSync(file, `${listed}, ${variable}${source.slice(end)}`);
  return file;
}

function camel(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function title(id: string): string {
  return id
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');
}
