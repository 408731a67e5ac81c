import { testConnector, testExtract } from '@castellan/sdk/testing';
import { bamboohr } from './bamboohr.connector.js';
import { bamboohrSimulator } from './bamboohr.simulator.js';
import description from './fixtures/bamboohr.openapi.json' with { type: 'json' };

testConnector(bamboohr, bamboohrSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'bamboohr/bamboohr-public.yaml');
