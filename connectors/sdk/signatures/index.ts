import { hmac, standard } from './hmac.js';
import { refused, type SignatureScheme } from './scheme.js';
import { basic, bearer, header } from './tokens.js';
import { bamboohr, datadog, github, okta, pagerduty, sailpoint, slack, splunk } from './vendors.js';

export { equalSecret, matchesAny, staleTimestamp, timestampToleranceSeconds } from './compare.js';
export * from './scheme.js';

/** Without its secret a connection verifies nothing: a missing one must not be compared as the text “undefined”. */
function withItsFields(scheme: SignatureScheme): SignatureScheme {
  return {
    ...scheme,
    verify(request) {
      if (scheme.fields.safeParse(request.fields).success) return scheme.verify(request);
      return refused('The connection has no webhook secret for this signature. Enter it on the Connections page.');
    },
  };
}

const schemes = [standard, hmac, bearer, basic, header];
const schemesOfVendors = [slack, pagerduty, github, bamboohr, datadog, splunk, okta, sailpoint];

/** The schemes that a plain webhook trigger may name. */
export const signatureSchemes: Readonly<Record<string, SignatureScheme>> = Object.fromEntries(
  [...schemes, ...schemesOfVendors].map((scheme) => [scheme.id, withItsFields(scheme)]),
);
