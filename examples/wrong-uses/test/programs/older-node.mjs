// Takes away what a Node.js before 22.15 does not have.
import module, { syncBuiltinESMExports } from 'node:module';

delete module.registerHooks;
syncBuiltinESMExports();
