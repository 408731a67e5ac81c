export { type DescribedCall, describedAnswers } from './described.js';
export { testDiscoveryExtract } from './discovery.js';
export { type Exchange, type Fixture, record, replay } from './exchange.js';
export { testExtract } from './extract.js';
export { emptyDirectory, hostOf, type Simulation, simulate, testKey } from './simulate.js';
export { testConnector, testDeclared } from './suite.js';
export { json, startVendor, type VendorServer } from './vendor-server.js';
