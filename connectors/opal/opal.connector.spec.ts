import { testConnector, testExtract } from '@castellan/sdk/testing';
import description from './fixtures/opal.openapi.json' with { type: 'json' };
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

testConnector(opal, opalSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'opal/opal-api.opal-python.yaml');
