package egress

import "borne/kiosk"

// The words are those of the shell's own screen and of its bar, which a test
// compares. Those of other languages than French and English
// await review by a native reader: docs/guides/langues.md.
var pageTexts = map[string]kiosk.Text{
	"TITLE": {
		kiosk.French:     "Cette page ne s’ouvre pas ici",
		kiosk.EasyFrench: "Cette page ne s’ouvre pas ici",
		kiosk.English:    "This page does not open here",
		kiosk.Arabic:     "هذه الصفحة لا تُفتح هنا",
		kiosk.Dari:       "این صفحه اینجا باز نمی\u200cشود",
		kiosk.Pashto:     "دا پاڼه دلته نه پرانیستل کېږي",
		kiosk.Ukrainian:  "Ця сторінка тут не відкривається",
		kiosk.Russian:    "Эта страница здесь не открывается",
		kiosk.Tigrinya:   "እዚ ገጽ ኣብዚ ኣይኽፈትን",
		kiosk.Turkish:    "Bu sayfa burada açılmıyor",
		kiosk.Romanian:   "Această pagină nu se deschide aici",
		kiosk.Portuguese: "Esta página não se abre aqui",
		kiosk.Spanish:    "Esta página no se abre aquí",
	},
	"LISTED": {
		kiosk.French:     "La borne ouvre seulement les sites officiels. Vous n’avez rien fait de mal.",
		kiosk.EasyFrench: "La borne ouvre seulement les sites officiels. Ce n’est pas votre faute.",
		kiosk.English:    "The terminal only opens official sites. You did nothing wrong.",
		kiosk.Arabic:     "يفتح الجهاز المواقع الرسمية فقط. لم ترتكب أي خطأ.",
		kiosk.Dari:       "این دستگاه تنها سایت\u200cهای رسمی را باز می\u200cکند. شما هیچ کار غلطی نکرده\u200cاید.",
		kiosk.Pashto:     "دا ماشین یوازې رسمي سایټونه پرانیزي. تاسو هېڅ غلط کار نه دی کړی.",
		kiosk.Ukrainian:  "Термінал відкриває лише офіційні сайти. Ви не зробили нічого поганого.",
		kiosk.Russian:    "Терминал открывает только официальные сайты. Вы не сделали ничего плохого.",
		kiosk.Tigrinya:   "እዚ ማሽን ወግዓዊ መርበባት ጥራይ ይኸፍት። ዝገበርክምዎ ጌጋ የለን።",
		kiosk.Turkish:    "Cihaz yalnızca resmî siteleri açar. Yanlış bir şey yapmadınız.",
		kiosk.Romanian:   "Terminalul deschide numai site-uri oficiale. Nu ați făcut nimic rău.",
		kiosk.Portuguese: "O terminal só abre os sites oficiais. Não fez nada de mal.",
		kiosk.Spanish:    "El terminal solo abre los sitios oficiales. Usted no ha hecho nada malo.",
	},
	"SECURE": {
		kiosk.French:     "L’adresse de cette page n’est pas protégée : ce que vous y écrivez pourrait être lu. Vous n’avez rien fait de mal.",
		kiosk.EasyFrench: "Cette page n’est pas sûre. La borne ne l’ouvre pas. Ce n’est pas votre faute.",
		kiosk.English:    "The address of this page is not secure: what you type there could be read. You did nothing wrong.",
		kiosk.Arabic:     "عنوان هذه الصفحة غير محمي: قد يُقرأ ما تكتبه فيها. لم ترتكب أي خطأ.",
		kiosk.Dari:       "آدرس این صفحه محفوظ نیست: چیزی که می\u200cنویسید شاید خوانده شود. شما هیچ کار غلطی نکرده\u200cاید.",
		kiosk.Pashto:     "د دې پاڼې پته خوندي نه ده: هغه څه چې لیکئ، کېدای شي ولوستل شي. تاسو هېڅ غلط کار نه دی کړی.",
		kiosk.Ukrainian:  "Адреса цієї сторінки не захищена: те, що ви пишете, можуть прочитати. Ви не зробили нічого поганого.",
		kiosk.Russian:    "Адрес этой страницы не защищён: то, что вы пишете, могут прочитать. Вы не сделали ничего плохого.",
		kiosk.Tigrinya:   "ኣድራሻ እዚ ገጽ ውሑስ ኣይኮነን፦ እትጽሕፍዎ ክንበብ ይኽእል። ዝገበርክምዎ ጌጋ የለን።",
		kiosk.Turkish:    "Bu sayfanın adresi güvenli değil: yazdıklarınız okunabilir. Yanlış bir şey yapmadınız.",
		kiosk.Romanian:   "Adresa acestei pagini nu este protejată: ce scrieți ar putea fi citit. Nu ați făcut nimic rău.",
		kiosk.Portuguese: "O endereço desta página não é seguro: o que escreve poderia ser lido. Não fez nada de mal.",
		kiosk.Spanish:    "La dirección de esta página no es segura: lo que escriba podría leerse. Usted no ha hecho nada malo.",
	},
	// Not drawn as buttons: the true ones are on the bar.
	"NEXT": {
		kiosk.French:     "En haut de l’écran, touchez *Retour*, *Accueil* ou *Aide*.",
		kiosk.EasyFrench: "Regardez en haut. Touchez *Retour*, *Accueil* ou *Aide*.",
		kiosk.English:    "At the top of the screen, touch *Back*, *Home* or *Help*.",
		kiosk.Arabic:     "في أعلى الشاشة، المس *رجوع* أو *الرئيسية* أو *مساعدة*.",
		kiosk.Dari:       "در بالای صفحه، *برگشت*، *خانه* یا *کمک* را لمس کنید.",
		kiosk.Pashto:     "د پردې په سر کې *شاته*، *کور* یا *مرسته* ووهئ.",
		kiosk.Ukrainian:  "Угорі екрана торкніться *Назад*, *Головна* або *Допомога*.",
		kiosk.Russian:    "Вверху экрана нажмите *Назад*, *Главная* или *Помощь*.",
		kiosk.Tigrinya:   "ኣብ ላዕለዋይ ክፋል፣ *ተመለስ*፣ *መጀመርታ* ወይ *ሓገዝ* ተንክፉ።",
		kiosk.Turkish:    "Ekranın üstünde *Geri*, *Ana sayfa* veya *Yardım* düğmesine dokunun.",
		kiosk.Romanian:   "În partea de sus a ecranului, atingeți *Înapoi*, *Acasă* sau *Ajutor*.",
		kiosk.Portuguese: "No topo do ecrã, toque em *Voltar*, *Início* ou *Ajuda*.",
		kiosk.Spanish:    "En la parte superior de la pantalla, toque *Atrás*, *Inicio* o *Ayuda*.",
	},
}
