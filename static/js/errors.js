/* After a refused form the list of what to mend is read out and seen first. */
const errors = document.querySelector('[data-behaviour="errors"]');

if (errors) errors.focus();
