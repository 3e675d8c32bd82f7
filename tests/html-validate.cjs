// What every page is held to by html-validate: all that it recommends, but for what is said here.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    // A button without a type sends its form. That is what each of ours is for, and those that are not say so.
    "no-implicit-button-type": "off",
    // The buttons of one form share a name, and the pressed one decides; so do the boxes of one question.
    "form-dup-name": "off",
    // The style sheet keeps a number on one line. A no-break space would be copied with it.
    "tel-non-breaking": "off",
    // A matter of the templates' looks, not of their meaning.
    "no-trailing-whitespace": "off",
  },
};
