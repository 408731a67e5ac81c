import type { Connector } from '@castellan/sdk';
import { http } from './http/http.connector.js';
import { opal } from './opal/opal.connector.js';

/** Every connector that there is: to add one, make its folder and name it here. */
export const connectors: Connector[] = [http, opal];
