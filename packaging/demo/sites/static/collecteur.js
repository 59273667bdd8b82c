// What an audience tool would be. A borne refuses it, so this line never runs there.
document.getElementById("mesure").textContent = "Mesure d'audience : chargée.";
