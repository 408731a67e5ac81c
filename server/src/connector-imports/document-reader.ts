/**
 * A process of its own that reads one document: the request as a line of JSON and the document after it come in, the
 * answer goes out. What a document does to it happens to nobody else.
 */
import { buffer } from 'node:stream/consumers';
import { type ReadRequest, readApi } from '@castellan/connectors/openapi-reader';

const given = await buffer(process.stdin);
const end = given.indexOf('\n');
const request = JSON.parse(given.subarray(0, end).toString('utf8')) as ReadRequest;
process.stdout.write(JSON.stringify(readApi(given.subarray(end + 1), request)));
