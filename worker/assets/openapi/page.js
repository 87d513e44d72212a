/* global SwaggerUIBundle */
// Shows the contract read-only: sends no requests to the API, and calls no external validator.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#contract",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: "none",
});
