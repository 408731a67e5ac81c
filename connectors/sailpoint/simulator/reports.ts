import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';

/** A ZIP file without a file in it: its end alone. */
const emptyZip = `PK\u0005\u0006${'\0'.repeat(18)}`;

/** Amazon S3, where SailPoint keeps reports: an address without the time until which it holds is refused. */
export const reportRules = {
  getReport(_: object, { query }: SimulatedRequest): SimulatedAnswer {
    if (!query['X-Amz-Expires']) throw new SimulatedRefusal(403, 'Request has expired');
    return { body: emptyZip, headers: { 'content-type': 'application/zip' } };
  },
};
