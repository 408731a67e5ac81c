import { testConnector, testExtract } from '@castellan/sdk/testing';
import description from './fixtures/sailpoint.openapi.json' with { type: 'json' };
import { sailpoint } from './sailpoint.connector.js';
import { sailpointSimulator } from './sailpoint.simulator.js';

testConnector(sailpoint, sailpointSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'sailpoint/sailpoint-v2025.trim.json');
