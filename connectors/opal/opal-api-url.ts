import type { ConnectionFields } from '@castellan/sdk';

/** Opal’s own address; an Opal of one’s own has another. */
export const hosted = 'https://api.opal.dev/v1';

/** Where the API of a connection is. */
export const apiUrl = ({ apiUrl: given }: ConnectionFields): string => String(given ?? hosted);
