module.exports = { setupFiles: ['@waybill/auto/register'], testMatch: ['**/traced.{cjs,mjs}'] };
