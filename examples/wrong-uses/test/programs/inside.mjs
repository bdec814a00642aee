import '@waybill/core/dist/index.mjs';
