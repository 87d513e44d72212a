// What is said from two places, the browser and the server.

export const SAVED_NAME = "Your name is saved.";
export const CHANGED_PASSWORD = "Your password is changed. All other browsers are signed out.";
export const NOT_SAVED = "This was not saved: the service does not answer right now. What you wrote is still here.";
