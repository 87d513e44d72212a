/* global SwaggerUIBundle */
// Shows the contract on a read-only page, which doesn't send requests to the API or call an external validator.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#contract",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: "none",
});
