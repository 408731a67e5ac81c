/** What goes over the wire until the designer stands, as browsers take it beside how it was made. */
import { makeRow, type Row, type Unit } from './report.js';
import type { Surroundings } from './surroundings.js';

/** How often the catalogue is fetched; the time is the middle one's. */
const times = 21;
/** As browsers take it over https and from the same machine, over plain HTTP, and not at all. */
const accepted = { Brotli: 'br', gzip: 'gzip', none: 'identity' };

interface Fetched {
  kilobytes: number;
  ms: number;
  text: string;
}

export async function measureTransfer({ url, admin }: Surroundings): Promise<Row[]> {
  const get = async (path: string, encoding: string): Promise<Fetched> => {
    const startedAt = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { cookie: admin.cookie, 'accept-encoding': encoding } });
    const text = await answer.text();
    const length = Number(answer.headers.get('content-length'));
    if (!answer.ok || !length) throw new Error(`${path} was answered ${answer.status} without its length.`);
    return { kilobytes: length / 1_000, ms: performance.now() - startedAt, text };
  };
  const catalogue = `/api/v1/workspaces/${admin.workspaceId}/catalog`;
  const files = ['/', ...filesOf((await get('/', accepted.none)).text)];
  const page = async (encoding: string) => {
    const all = await Promise.all(files.map((file) => get(file, encoding)));
    return all.reduce((sum, { kilobytes }) => sum + kilobytes, 0);
  };
  const fetchedOften = async (encoding: string) => {
    const all: Fetched[] = [];
    for (let at = 0; at < times; at += 1) all.push(await get(catalogue, encoding));
    return all.toSorted((a, b) => a.ms - b.ms)[(times - 1) / 2] as Fetched;
  };

  const [plainPage, plainCatalogue] = [await page(accepted.none), await fetchedOften(accepted.none)];
  const rows: Row[] = [];
  for (const [name, encoding] of Object.entries(accepted).filter(([, each]) => each !== accepted.none)) {
    const fetched = await fetchedOften(encoding);
    const row = (title: string, value: number, unit: Unit, reference: number, target: number) =>
      makeRow({ case: `${title}, ${name}`, value, unit, reference, target });
    rows.push(
      row('the designer’s first files over the wire', await page(encoding), 'kB', plainPage, 500),
      row('the catalogue over the wire', fetched.kilobytes, 'kB', plainCatalogue.kilobytes, 200),
      row('the catalogue on this machine, from question to end', fetched.ms, 'ms', plainCatalogue.ms, 250),
    );
  }
  return rows;
}

/** What the designer's page asks for before it shows anything. */
const filesOf = (html: string) => [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!);
