// Comes from the supporting host: a page that shows this sentence was allowed its sub-resources.
document.getElementById("ressources").textContent = "Page complète : le style et ce texte viennent d'un autre serveur de l'État.";
