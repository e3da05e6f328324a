//! The nouns of every kind of lycée, each in plain sentences: what a thing is, who repairs it, who paid
//! for it, and where it is.

#![allow(clippy::unwrap_used, missing_docs)]

use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::Report;
use passerelle::report::extract::extract;
use passerelle::report::place::Places;

/// `equipment/responsible` of things that a sentence names without more.
#[rustfmt::skip] // one word a line would hide the list
const THINGS: &[(&str, &[&str])] = &[
    ("ordinateur/region", &[
        "l'ordinateur", "le PC du fond", "l'ordi prof", "l'unité centrale", "la tour du poste 4", "l'iMac",
        "la station de montage", "la station de travail CAO", "le tout-en-un", "l'all-in-one", "le all in one",
        "le client léger", "le terminal léger", "le mini-PC", "le NUC", "le Mac mini", "le poste 12",
        "le poste enseignant", "le PC qui pilote la fraiseuse", "le poste maître", "le PC tactile",
        "le lecteur DVD du poste prof", "le graveur du PC", "la carte graphique du 4", "le disque dur du poste 6",
        "l'alimentation du PC 3", "le port USB du poste 8", "le bouton d'allumage du poste 2", "la carte mère du 12",
        "le ventilateur de l'UC", "l'ordi de bureau", "le Dell du bureau prof", "le HP du fond",
        "le Lenovo du tableau", "le PC de régie", "la machine du prof", "la bécane du prof", "le micro-ordinateur",
        "le PC de montage vidéo", "l'ordi du pupitre", "le poste informatique", "l'ordinateur de la caisse",
        "le PC de diagnostic", "le SSD du poste 3", "le Mac de la salle PAO", "l'unité centrale n°7",
    ]),
    ("portable/region", &[
        "l'ordinateur portable", "le PC portable", "le portable n°4", "le laptop", "l'ultraportable", "le netbook",
        "le Chromebook", "le MacBook", "le portable de prêt", "la classe mobile", "le chariot de portables",
        "la valise de portables", "le 2-en-1", "le ThinkPad", "la batterie du portable",
        "le pavé tactile du portable", "le trackpad du portable 5", "la charnière du portable 3", "le chariot mobile",
        "le portable prof", "l'armoire de charge des portables", "l'ordi portable de la région", "la classe nomade",
        "le Latitude", "le ProBook",
    ]),
    ("tablette/region", &[
        "la tablette", "l'iPad", "la Galaxy Tab", "la valise de tablettes", "la valise iPad",
        "le chariot de tablettes", "la tablette de prise de commande", "la liseuse", "la tablette Samsung",
        "la mallette de tablettes", "les iPad du chariot", "la malle iPad", "la tablette Android",
        "les tablettes de la vente", "le pad de commande",
    ]),
    ("ecran/region", &[
        "l'écran", "le moniteur", "l'écran LCD", "le téléviseur", "la télé", "la TV", "la télévision",
        "l'écran d'affichage dynamique", "l'écran du hall", "l'affichage dynamique", "le deuxième écran",
        "l'écran plat", "le double écran", "l'écran 24 pouces", "l'écran incurvé", "le moniteur de contrôle",
        "l'écran de la caisse", "l'afficheur client", "le totem d'affichage", "l'écran de retour", "le grand écran",
        "la smart TV", "l'écran TV", "l'écran géant", "l'écran de contrôle",
    ]),
    ("videoprojecteur/region", &[
        "le vidéoprojecteur", "le VP", "le vidéoproj", "le projo", "le rétro", "le rétroprojecteur", "le VPI",
        "le projecteur", "le beamer", "le vidéoprojecteur courte focale", "le projecteur ultra-courte focale",
        "le vidéo", "le vidéoprojecteur de secours", "le vidéo-projecteur", "le projecteur mobile",
        "la vidéoprojection", "le vidéoprojo", "le bloc de projection", "le pico-projecteur",
    ]),
    ("tableau_interactif/region", &[
        "le TBI", "le TNI", "l'ENI", "le VNI", "le tableau interactif", "le tableau numérique", "l'écran interactif",
        "l'écran tactile", "le Promethean", "l'ActivPanel", "le SMART", "le SmartBoard", "le Speechi",
        "le Clevertouch", "le Newline", "la dalle interactive", "l'écran numérique interactif",
        "le tableau blanc interactif", "le tableau tactile", "l'écran mural tactile", "le stylet du TBI",
        "le stylet du tableau", "l'eBeam", "le tableau blanc numérique", "le SpeechiTouch",
        "l'écran tactile 75 pouces", "le panneau tactile", "l'ActivBoard", "le Legamaster", "la dalle tactile murale",
        "le TNI mobile", "le ViewSonic tactile", "le tableau électronique", "le SuperTouch",
    ]),
    ("imprimante/region", &[
        "l'imprimante", "la laser", "l'imprimante laser", "le multifonction", "le traceur", "l'imprimante 3D",
        "l'Ultimaker", "la Prusa", "la Bambu Lab", "la Creality", "la Zortrax", "la MakerBot", "l'étiqueteuse",
        "l'imprimante à étiquettes", "la Dymo", "la Zebra", "l'imprimante ticket", "l'imprimante de tickets",
        "l'imprimante de la caisse", "l'imprimante thermique", "l'imprimante à badges", "l'imprimante à cartes",
        "l'imprimante de bons", "la HP LaserJet", "la Brother", "la Lexmark", "l'imprimante réseau",
        "l'imprimante couleur", "l'Epson EcoTank", "le traceur A0", "la buse de l'imprimante 3D",
        "le bac 2 de l'imprimante", "le plotter", "l'imprimante A3", "l'imprimante grand format",
        "l'imprimante recto verso", "l'imprimante résine", "l'imprimante de cuisine", "le tambour de l'imprimante",
        "l'imprimante à sublimation",
    ]),
    ("imprimante/etablissement", &[
        "le photocopieur", "le copieur", "la photocopieuse", "la Ricoh", "le Konica", "la Kyocera", "le risographe",
        "le duplicopieur",
    ]),
    ("peripherique/region", &[
        "la webcam", "le casque", "le micro-casque", "le casque-micro", "le visualiseur", "la caméra de documents",
        "le visualiseur de documents", "le scanner", "la douchette", "le lecteur de code-barres",
        "le lecteur code barre", "le lecteur de codes-barres", "la tablette graphique", "la Wacom",
        "le disque dur externe", "le hub USB", "la station d'accueil", "la docking station", "le dock",
        "le lecteur de carte SD", "le microscope numérique", "la caméra USB", "l'interface ExAO", "la console ExAO",
        "le capteur ExAO", "la manette", "le joystick", "le casque VR", "le casque de réalité virtuelle", "l'Oculus",
        "le Meta Quest", "la visionneuse", "le scanneur", "le scanner à plat", "la caméra de table",
        "le lecteur de carte Vitale", "le lecteur de chèques", "le tiroir-caisse", "les boîtiers de vote",
        "le pointeur de présentation", "la télécommande de présentation", "la webcam du poste 4",
        "la loupe numérique", "la calculatrice", "le flasheur", "le lecteur optique", "le pistolet code-barres",
        "le scanner de la caisse", "le pavé numérique", "la carte d'acquisition", "les casques audio",
        "le lecteur de badges USB", "la carte Arduino", "le Logitech de visio", "la caméra de visio",
        "la barre de visio",
    ]),
    ("peripherique/atte", &[
        "le clavier", "la souris", "la souris sans fil", "le clavier sans fil", "la molette de la souris",
        "le clavier numérique", "le clavier du poste 4", "la souris du 12", "le dongle de la souris",
    ]),
    ("son/region", &[
        "les enceintes", "le son", "les haut-parleurs", "la sono", "l'ampli", "l'amplificateur", "le micro",
        "le micro HF", "le micro-cravate", "le micro main", "la table de mixage", "la console de mixage",
        "la barre de son", "le caisson de basses", "les baffles", "l'enceinte Bluetooth", "l'enceinte à roulettes",
        "l'enceinte portable", "l'enceinte nomade", "la sonorisation", "la chaîne hi-fi", "la boucle magnétique",
        "le récepteur HF", "le système son", "l'enceinte de la salle", "la mixette", "le micro sans fil",
        "les boîtes à son", "le micro col de cygne", "le mégaphone", "le poste CD", "le lecteur mp3",
        "le poste radio", "le préampli", "la table de mix", "le haut parleur", "la platine de mixage",
        "le micro serre-tête", "la carte son externe", "le système audio",
    ]),
    ("reseau/region", &[
        "le réseau", "internet", "la connexion internet", "le switch", "le commutateur", "la baie de brassage",
        "le routeur", "la fibre", "la box", "l'Ethernet", "le brassage", "la connexion", "le net", "l'internet",
        "le réseau pédago", "le réseau pédagogique", "le réseau administratif", "le réseau filaire",
        "la 4G de secours", "le VPN", "le CPL", "le hub réseau", "le routeur 4G", "le DHCP", "le DNS", "le pare-feu",
        "le firewall", "l'accès internet", "la liaison fibre", "le débit", "le lien optique", "l'armoire réseau",
        "le coffret réseau", "le brin de fibre",
    ]),
    ("reseau/atte", &[
        "le câble réseau", "le cordon RJ45", "le câble RJ45", "le cordon réseau", "le câble ethernet",
    ]),
    ("wifi/region", &[
        "le wifi", "la wifi", "le wi-fi", "la borne wifi", "le point d'accès", "la borne", "la borne Aruba",
        "eduroam", "le wifi élèves", "le réseau wifi", "le répéteur wifi", "le hotspot", "la borne wi-fi du couloir",
        "le portail captif", "le SSID", "le wifi des internes", "le sans-fil", "le réseau sans fil", "l'antenne wifi",
        "le wifi invité", "le répéteur",
    ]),
    ("serveur/region", &[
        "le serveur", "le NAS", "le lecteur réseau", "le dossier partagé", "le commun", "le lecteur P:",
        "le serveur de fichiers", "le contrôleur de domaine", "le disque réseau", "le partage réseau",
        "l'espace de stockage", "le dossier Échange", "le serveur pédagogique", "le serveur pédago", "le Synology",
        "l'hyperviseur", "l'Active Directory", "le U:", "le lecteur Z", "le lecteur H:", "le serveur de sauvegarde",
        "Kwartz", "le serveur virtuel", "le dossier commun", "le répertoire partagé", "le partage profs",
        "le serveur Proxmox", "le lecteur commun", "le Commun_Profs",
    ]),
    ("telephonie/etablissement", &[
        "le téléphone", "le standard", "le poste 4012", "le combiné", "la ligne téléphonique", "le téléphone fixe",
        "le DECT", "le fax", "le répondeur", "l'autocom", "le PABX", "le standard téléphonique",
        "la ligne extérieure", "le téléphone sans fil", "le télécopieur", "la téléphonie", "le softphone",
        "le téléphone IP", "la ligne fixe", "le poste téléphonique", "le bigophone", "le talkie-walkie",
        "les talkies", "la ligne directe",
    ]),
    ("autre/etablissement", &[
        "le portique", "le portique antivol", "le portique du CDI", "la badgeuse", "la borne de passage",
        "le tourniquet", "le lecteur de badge", "la sonnerie", "la sonnerie des cours", "la cloche", "l'horloge",
        "la caméra de surveillance", "la vidéosurveillance", "l'alarme", "l'alarme incendie", "l'alarme PPMS",
        "le digicode", "la gâche électrique", "la barrière du parking", "l'ascenseur", "le TPE",
        "le terminal de paiement", "la pointeuse", "le distributeur de plateaux", "le lecteur de carte de cantine",
        "la borne de réservation", "la borne du self", "le lecteur de main", "le visiophone", "l'interphone",
        "le vidéophone", "le portail", "le contrôle d'accès", "la serrure électronique", "la centrale d'alarme",
        "la plastifieuse", "le massicot électrique", "le destructeur de documents", "le distributeur de boissons",
        "le distributeur de badges", "la borne d'inscription aux repas", "la pointeuse de la cantine",
        "le bloc de secours", "le monte-charge", "le rideau métallique", "l'horloge du hall", "la caméra du portail",
    ]),
    ("autre/region", &[
        "la valise de diagnostic", "la valise de diag", "l'outil de diagnostic", "la découpe laser",
        "la découpeuse laser", "la graveuse laser", "la découpe vinyle", "le plotter de découpe",
        "la fraiseuse numérique", "la CNC", "le tour numérique", "le centre d'usinage",
        "la machine à commande numérique", "la brodeuse", "la brodeuse numérique", "le bras robotisé", "l'automate",
        "l'automate Siemens", "l'oscilloscope", "le GBF", "le multimètre", "l'alimentation stabilisée",
        "le spectrophotomètre", "la balance connectée", "le poste à souder", "le poste de soudure",
        "le simulateur de soudage", "le simulateur de conduite", "le mannequin de simulation",
        "le mannequin de secourisme", "le banc de charge", "la borne de recharge", "le banc de géométrie",
        "l'analyseur de gaz", "le spectro", "la table de marque", "le chronomètre",
        "le tableau d'affichage du gymnase", "le tableau de score", "le piano numérique", "le synthétiseur",
        "le lit médicalisé", "la balance", "l'étuve", "la hotte", "le pH-mètre", "la centrifugeuse",
        "le thermocycleur", "l'autoclave", "le four mixte", "la cellule de refroidissement", "le banc moteur",
        "le pupitre de commande", "la maquette domotique", "la platine d'essai", "le microcontrôleur",
        "le théodolite", "la station totale", "le pont élévateur", "l'éclairage de scène", "la console lumière",
        "le jeu d'orgue", "le fond vert", "la presse à chaud", "le four à poterie", "l'équilibreuse",
        "le démonte-pneu", "le thermomètre connecté", "le tensiomètre", "l'écran de projection",
        "la toile de projection",
    ]),
    ("ent/ent", &[
        "l'ENT", "Pronote", "le cahier de textes", "Moodle", "Elea", "Éléa", "École Directe", "EcoleDirecte",
        "l'espace numérique", "le casier de l'ENT", "le médiacentre", "le GAR", "les manuels numériques", "Skolengo",
        "Toutatice", "e-lyco", "Atrium", "le Moodle", "Itslearning", "le carnet de liaison numérique",
        "l'appli Pronote", "Edulib", "Lib' Manuels", "Educadhoc", "le manuel numérique",
    ]),
    ("messagerie/rectorat", &[
        "ma messagerie académique", "le webmail", "le webmail académique", "Zimbra", "ma boîte mail",
        "ma boîte académique", "Convergence", "Outlook", "Thunderbird", "mon adresse académique",
        "le mail académique", "la messagerie", "webmel", "ma boîte mail pro", "la boîte du secrétariat",
        "la boîte fonctionnelle", "mon courriel académique", "le mél académique", "la BAL", "Roundcube",
        "la messagerie pro", "le mail pro", "melouvert", "l'accès aux mails",
    ]),
    ("application_academique/rectorat", &[
        "Cyclades", "Siècle", "SIECLE", "BEE", "Base élèves", "la Base élèves", "Op@le", "Opale", "Op@l", "GFC",
        "Parcoursup", "Affelnet", "LSU", "le LSU", "le LSL", "Santorin", "Imag'in", "Imagin", "IMAG'IN", "Chorus-DT",
        "Chorus DT", "Chorus", "I-Prof", "Iprof", "Arena", "ARENA", "le portail Arena", "Tribu", "Magistère",
        "STSweb", "STS", "STS-WEB", "ASSED", "Colibris", "DELEG-CE", "GIGC", "le portail académique", "Sconet",
        "SCONET", "Orion", "Organet", "GAIA", "Sofia", "SOFIA-FMO", "mon portail agent", "Colibri", "LPI",
        "l'appli LPI", "Livret parcours inclusif", "Faits établissement", "les bourses en ligne",
        "Inscription en ligne", "Téléservices", "scolarité services", "Mon-Espace RH", "RenoiRH", "Renoirh", "SIRHEN",
        "DemAct", "Dem'Act", "Démat'Act", "GEP", "InserJeunes", "Aglaé", "Apaé", "APAE", "l'Appli PFMP",
        "l'appli de saisie des PFMP", "LSL Pro", "LSL-Pro", "le Livret scolaire du lycée", "Fiche établissement",
        "le PIA", "la plateforme des bourses", "OPALE",
    ]),
    ("logiciel/rectorat", &[
        "SolidWorks", "Regressi", "Sage", "Sibelius", "Word", "le pack Office", "le tableur", "Edge", "Python",
        "Spyder", "mBlock", "Inkscape", "DaVinci Resolve", "la suite Adobe", "SketchUp", "Inventor", "Mastercam",
        "FreeCAD", "PrusaSlicer", "XRelais", "Step7", "Codesys", "Scilab", "LoggerPro", "Proteus", "LTSpice", "PSIM",
        "Wireshark", "GNS3", "WampServer", "Anagene", "RasTop", "Tectoglob", "EBP Paie", "le PGI",
        "le logiciel de caisse", "Autodata", "GPAO", "DIALux", "Mensura", "XMind", "Ableton", "Pro Tools", "QLC+",
        "NetSupport", "le logiciel du labo de langues", "ActivInspire", "Interwrite", "e-sidoc", "Koha",
        "HyperPlanning", "Turboself", "Sacoche", "Trend Micro", "Teams", "BBB", "Wooclap", "Canva", "Padlet", "Jmol",
        "Flash", "Lexibar", "le logiciel de CAO", "Edrawings", "VinylMaster", "Gravograph", "Krita", "Unity",
        "VS Code", "IntelliJ", "Vittascience", "Edugéo", "Sphinx enquête", "R Studio", "LaTeX", "Anaconda", "JMerise",
    ]),
    ("compte/region", &[
        "ma session", "mon compte", "mon mot de passe", "mon identifiant", "mon profil", "la session de l'élève",
        "mon profil itinérant", "le mot de passe réseau", "mes identifiants",
    ]),
    ("compte/rectorat", &[
        "ma clé OTP", "mon mot de passe académique", "mon NUMEN", "mon compte académique", "la clé OTP",
    ]),
];

/// `equipment/responsible` where the sentence says who bought, lent or maintains the thing.
const PAYERS: &[(&str, &str)] = &[
    ("son/etablissement", "L'enceinte à roulettes que le lycée avait financée ne s'allume plus au gymnase."),
    ("son/etablissement", "La sono du gymnase, achetée sur fonds propres, ne marche plus."),
    ("ecran/etablissement", "L'écran du hall, offert par l'AS, reste noir."),
    ("imprimante/etablissement", "L'imprimante 3D du fablab, achetée avec la taxe d'apprentissage, ne chauffe plus."),
    ("imprimante/etablissement", "Le photocopieur loué à Ricoh fait des bourrages en salle des profs."),
    ("imprimante/etablissement", "Le copieur de la salle des profs, sous contrat avec Konica, fait des bourrages."),
    ("portable/region", "Le portable de la B204, prêté par la région, ne démarre plus."),
    ("videoprojecteur/region", "Le vidéoprojecteur de la B204, encore sous garantie, ne s'allume plus."),
    ("tablette/etablissement", "Les tablettes données par le département au CDI ne s'allument plus."),
    ("son/etablissement", "L'ampli de la salle polyvalente, un don des parents d'élèves, ne s'allume plus."),
    ("videoprojecteur/etablissement", "Le vidéoprojecteur du foyer (payé par la MDL) ne s'allume plus."),
    (
        "tableau_interactif/etablissement",
        "Le TBI de la B204, que nous nous étions payé sur les crédits du projet, ne répond plus.",
    ),
    ("ordinateur/etablissement", "Le PC du club robotique, acheté par l'amicale, ne démarre plus."),
    ("videoprojecteur/etablissement", "Le projecteur de B204, acquis par l'établissement en 2021, ne s'allume plus."),
    (
        "tablette/etablissement",
        "Deux iPad de la section sportive, achetés grâce à la subvention de la mairie, ne s'allument plus.",
    ),
    ("son/etablissement", "La sono de l'amphi (facture au nom du lycée) ne s'allume plus."),
    ("peripherique/etablissement", "Le visualiseur de B204, acheté sur le budget de la discipline, n'affiche rien."),
    ("peripherique/etablissement", "La webcam du CDI que la documentaliste a prise sur son budget ne marche plus."),
    ("ecran/etablissement", "La télé du foyer, cadeau du FSE, ne s'allume plus."),
    ("son/etablissement", "L'enceinte Bluetooth du gymnase, payée par l'association sportive, ne s'allume plus."),
    ("portable/etablissement", "Le portable de B204, financé par Erasmus, ne démarre plus."),
    ("imprimante/etablissement", "L'imprimante de B204, achetée chez Darty par le gestionnaire, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de montage de B204, que l'intendance nous avait acheté, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de montage de B204, qui appartient à l'établissement, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de montage de B204, hors dotation, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de montage de B204, hors marché région, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de B204, récupéré d'une entreprise, ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de B204, donné par une entreprise partenaire, ne démarre plus."),
    ("ordinateur/region", "Le PC de B204, livré par la région en septembre, ne démarre plus."),
    ("ordinateur/region", "Le PC de B204 (dotation régionale 2023) ne démarre plus."),
    ("ordinateur/region", "Le PC de B204, étiquette RIDF-093-118204, ne démarre plus."),
    ("ordinateur/region", "Le PC de B204, du plan numérique, ne démarre plus."),
    ("imprimante/region", "L'imprimante du secrétariat, fournie par la région, ne démarre plus."),
    ("autre/region", "La valise de diagnostic de l'atelier auto, livrée par la région, ne démarre plus."),
    ("autre/etablissement", "La valise de diagnostic de l'atelier auto, achetée par le lycée, ne démarre plus."),
    ("autre/region", "La valise de diagnostic de l'atelier auto ne démarre plus."),
    ("autre/etablissement", "La borne du self est en panne, le prestataire est prévenu."),
    (
        "imprimante/etablissement",
        "La petite imprimante qui sort les bons en cuisine pédagogique (celle qu'on a eue avec la taxe d'apprentissage) ressort tout blanc.",
    ),
    ("logiciel/etablissement", "Le logiciel de retouche en B204, dont le lycée paie la licence, ne s'ouvre plus."),
    (
        "logiciel/etablissement",
        "Le logiciel de rendez-vous Planity au salon de coiffure, abonnement payé par le lycée, ne s'ouvre plus.",
    ),
    ("logiciel/rectorat", "Solidworks, fourni par le rectorat, ne s'ouvre plus en B204."),
    ("logiciel/etablissement", "Photoshop ne s'ouvre plus en B204, c'est le lycée qui paie l'abonnement."),
    ("logiciel/etablissement", "Photoshop ne s'ouvre plus en B204, la licence est à nous."),
    ("logiciel/etablissement", "Photoshop ne s'ouvre plus en B204, l'abonnement est sur le budget du lycée."),
    ("ordinateur/etablissement", "Le PC de la gestion ne démarre plus."),
    ("ordinateur/etablissement", "Le poste de la proviseure adjointe ne démarre plus."),
    ("ordinateur/etablissement", "L'ordinateur du bureau des AED ne démarre plus."),
    ("ordinateur/etablissement", "L'ordinateur de l'accueil de la loge ne démarre plus."),
    ("imprimante/etablissement", "L'imprimante de l'infirmerie ne démarre plus."),
    ("ordinateur/etablissement", "L'ordinateur de l'assistante sociale ne démarre plus."),
    ("ordinateur/etablissement", "Le PC du bureau de la CPE ne démarre plus."),
    ("ordinateur/etablissement", "Le PC du bureau du DDFPT ne démarre plus."),
    ("ordinateur/etablissement", "Le PC de la secrétaire du proviseur ne démarre plus."),
    ("ordinateur/region", "Le PC de la salle des profs ne démarre plus."),
    ("ordinateur/region", "Le PC du CDI ne démarre plus."),
    ("videoprojecteur/atte", "La lampe du vidéoprojecteur de B204 est grillée."),
    ("imprimante/atte", "L'imprimante du CDI n'a plus de toner."),
    ("videoprojecteur/atte", "Le câble HDMI de B204 est arraché."),
    ("reseau/atte", "La prise réseau de B204 est arrachée."),
    ("videoprojecteur/atte", "La télécommande du vidéoprojecteur de B204 ne marche plus, il faut des piles."),
    ("telephonie/etablissement", "Le téléphone de B204 ne marche plus."),
    ("imprimante/etablissement", "La photocopieuse de la vie scolaire est en panne."),
    ("imprimante/etablissement", "L'imprimante de B204 que Mme Dupont a achetée elle-même ne marche plus."),
    (
        "imprimante/etablissement",
        "L'imprimante de B204 acquise par l'établissement l'an dernier (facture 2025-31) ne marche plus.",
    ),
    ("tablette/etablissement", "La tablette de B204 qu'on a eue avec le concours ne s'allume plus."),
    ("son/etablissement", "La sono de l'amphi, celle du lycée, pas celle de la région, ne marche plus."),
    ("son/region", "La sono de l'amphi, celle de la région, pas celle du lycée, ne marche plus."),
    (
        "videoprojecteur/etablissement",
        "Le vidéoprojecteur de B204 n'est pas à la région, c'est le lycée qui l'avait payé ; il ne s'allume plus.",
    ),
    (
        "videoprojecteur/etablissement",
        "Le vidéoprojecteur de B204 ne s'allume plus. Pour info il est à nous, pas à la région.",
    ),
    ("ecran/etablissement", "L'écran du hall ne s'allume plus. C'est la mairie qui nous l'a offert."),
    (
        "autre/etablissement",
        "La CNC de l'atelier bois ne démarre plus ; elle est sous contrat d'entretien avec le fabricant.",
    ),
    ("autre/region", "La CNC de l'atelier bois ne démarre plus."),
    ("ordinateur/region", "Le PC qui pilote la CNC de l'atelier bois ne démarre plus."),
    ("autre/region", "La découpe laser du fablab ne s'allume plus."),
    ("autre/etablissement", "La découpe laser du fablab, en leasing, ne s'allume plus."),
    ("imprimante/etablissement", "L'imprimante de B204, que la coopérative a financée, ne démarre plus."),
    ("son/etablissement", "Le micro HF de l'amphi, que la MDL s'est offert, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, que l'on s'était acheté, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, cofinancé par le foyer, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, payé de notre poche, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, pris sur les réserves du lycée, ne marche plus."),
    (
        "son/etablissement",
        "Le micro HF de l'amphi, acheté sur la subvention du conseil d'administration, ne marche plus.",
    ),
    (
        "son/etablissement",
        "Le micro HF de l'amphi, acheté l'an dernier par M. Bertin sur le budget pédagogique, ne marche plus.",
    ),
    ("son/etablissement", "Le micro HF de l'amphi, offert par les anciens élèves, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, obtenu grâce au pass culture, ne marche plus."),
    ("son/etablissement", "Le micro HF de l'amphi, financé sur projet, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, attribué par la région, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, que la région nous a fourni, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, que la région nous avait livré en 2023, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, c'est du matériel régional, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, acheté par la région, ne marche plus."),
    ("son/region", "Le micro HF de l'amphi, payé par le conseil régional, ne marche plus."),
    ("ordinateur/region", "Le PC du secrétariat, celui de la région, ne démarre plus."),
    ("serveur/etablissement", "Le serveur de la section BTS, acheté sur la taxe, ne démarre plus."),
    ("reseau/rectorat", "Plus d'internet dans tout le lycée, le filtrage Amon est tombé."),
    ("wifi/etablissement", "La borne wifi du foyer, installée par le lycée, ne marche plus."),
];

/// Places, as nothing but the sentence tells them.
const PLACES: &[(&str, &str)] = &[
    ("MAGASIN PEDAGOGIQUE", "Au magasin pédagogique, le PC ne démarre plus."),
    ("RESTAURANT D'APPLICATION", "L'imprimante du restaurant d'application ne marche plus."),
    ("RESTAURANT D'APPLICATION", "L'imprimante du resto d'app ne marche plus."),
    ("CUISINE PEDAGOGIQUE", "L'écran de la cuisine pédagogique est noir."),
    ("CUISINE CENTRALE", "L'écran de la cuisine centrale est noir."),
    ("SALON DE COIFFURE", "L'ordi du salon de coiffure ne démarre plus."),
    ("SALON D'ESTHETIQUE", "L'ordi du salon d'esthétique ne démarre plus."),
    ("ATELIER AUTO", "L'ordi de l'atelier auto ne démarre plus."),
    ("ATELIER SOUDURE", "L'ordi de l'atelier soudure ne démarre plus."),
    ("ATELIER CHAUDRONNERIE", "L'ordi de l'atelier chaudronnerie ne démarre plus."),
    ("ATELIER CHAUDRONNERIE", "L'ordi de l'atelier de chaudronnerie ne démarre plus."),
    ("ATELIER BOIS", "L'ordi de l'atelier bois ne démarre plus."),
    ("ATELIER ELECTRICITE", "L'ordi de l'atelier électricité ne démarre plus."),
    ("ATELIER MAINTENANCE", "L'ordi de l'atelier maintenance ne démarre plus."),
    ("ATELIER CARROSSERIE", "L'ordi de l'atelier carrosserie ne démarre plus."),
    ("ATELIER PEINTURE", "L'ordi de l'atelier peinture ne démarre plus."),
    ("ATELIER COUTURE", "L'ordi de l'atelier couture ne démarre plus."),
    ("ATELIER PLOMBERIE", "L'ordi de l'atelier plomberie ne démarre plus."),
    ("ATELIER LOGISTIQUE", "L'ordi de l'atelier logistique ne démarre plus."),
    ("ATELIER MODE", "L'ordi de l'atelier mode ne démarre plus."),
    ("ATELIER MECANIQUE", "L'ordi de l'atelier mécanique ne démarre plus."),
    ("PLATEAU TECHNIQUE", "L'ordi du plateau technique ne démarre plus."),
    ("LABO DE LANGUES", "L'ordi du labo de langues ne démarre plus."),
    ("SALLE POLYVALENTE", "L'ordi de la salle polyvalente ne démarre plus."),
    ("SALLE DES PERSONNELS", "L'ordi de la salle des personnels ne démarre plus."),
    ("PROVISEUR ADJOINT", "L'ordi du bureau du proviseur adjoint ne démarre plus."),
    ("PROVISEUR ADJOINT", "L'ordi du bureau de la proviseure adjointe ne démarre plus."),
    ("FOYER", "L'ordi du foyer ne démarre plus."),
    ("LINGERIE", "L'ordi de la lingerie ne démarre plus."),
    ("QUAI DE LIVRAISON", "L'ordi du quai de livraison ne démarre plus."),
    ("HALL", "L'écran du hall ne s'allume plus."),
    ("PARVIS", "La borne wifi du parvis ne marche plus."),
    ("GYMNASE", "La sono du gymnase ne s'allume plus."),
    ("DOJO", "La sono du dojo ne s'allume plus."),
    ("SALLE DE MUSCU", "La sono de la salle de muscu ne s'allume plus."),
    ("INTERNAT", "Le wifi de l'internat ne marche plus."),
    ("INTERNAT", "Le wifi du 2e étage de l'internat ne marche plus."),
    ("LOGEMENT DE FONCTION", "Plus d'internet dans le logement de fonction."),
    ("CHAUFFERIE", "Le PC de la chaufferie ne démarre plus."),
    ("LOCAL TECHNIQUE", "Le switch du local technique ne répond plus."),
    ("SALLE SERVEUR", "Le switch de la salle serveur ne répond plus."),
    ("LOCAL SERVEUR", "Le switch du local serveur ne répond plus."),
    ("A 2E ETAGE", "Plus de réseau au 2e du A."),
    ("A 2E ETAGE", "Plus de réseau au 2e étage du bâtiment A."),
    ("A 2E ETAGE", "Plus de réseau au deuxième étage bât A."),
    ("A 2E ETAGE", "Plus de réseau au deuxième du bât. A."),
    ("B RDC", "Plus de réseau au RDC du B."),
    ("B RDC", "Plus de réseau au rez-de-chaussée du bâtiment B."),
    ("BATIMENT B", "Plus de réseau dans tout le B."),
    ("BATIMENT B", "Plus de réseau au bât B."),
    ("BATIMENT B", "Tout le bâtiment B est coupé du réseau."),
    ("1ER ETAGE", "Plus de réseau au premier étage."),
    ("ETABLISSEMENT", "Plus d'internet partout."),
    ("ETABLISSEMENT", "Plus d'internet dans tout l'établissement."),
    ("ETABLISSEMENT", "Le wifi est tombé dans tout le lycée."),
    ("ETABLISSEMENT", "Plus personne n'a internet au lycée."),
    ("ETABLISSEMENT", "Internet est coupé pour tout le monde."),
    ("ETABLISSEMENT", "Plus aucune salle n'a internet."),
    ("ETABLISSEMENT", "Le wifi est tombé dans tous les bâtiments."),
    ("ETABLISSEMENT", "Internet est coupé sur l'ensemble du site."),
    ("ETABLISSEMENT", "Le wifi ne marche plus, tous bâtiments confondus."),
    ("ETABLISSEMENT", "Pronote est inaccessible, profs et élèves."),
    ("ETABLISSEMENT", "Pronote ne répond plus pour l'ensemble du personnel et pour les élèves."),
    ("ETABLISSEMENT", "Plus de réseau nulle part."),
    ("ETABLISSEMENT", "Plus d'internet du sous-sol au grenier."),
    ("ETABLISSEMENT", "Le wifi a disparu de partout : CDI, salle des profs, B204."),
    ("CUISINE", "L'écran de la cuisine est noir."),
    ("SECRETARIAT", "L'imprimante du secrétariat ne marche plus."),
    ("INTENDANCE", "L'imprimante de l'intendance ne marche plus."),
    ("INFIRMERIE", "L'imprimante de l'infirmerie ne marche plus."),
    ("BUREAU CPE", "L'imprimante du bureau des CPE ne marche plus."),
    ("BUREAU DU PROVISEUR", "L'imprimante du bureau du proviseur ne marche plus."),
    ("BUREAU DU PROVISEUR", "L'imprimante du bureau du chef d'établissement ne marche plus."),
    ("BUREAU DDFPT", "L'imprimante du bureau du DDFPT ne marche plus."),
    ("ASSISTANTE SOCIALE", "L'imprimante du bureau de l'assistante sociale ne marche plus."),
    ("PSY EN", "L'imprimante du bureau de la psy-EN ne marche plus."),
    ("CIO", "L'imprimante du CIO ne marche plus."),
    ("SALLE DE REUNION", "L'écran de la salle de réunion est noir."),
    ("SALLE DU CONSEIL", "L'écran de la salle du conseil est noir."),
    ("REPROGRAPHIE", "Le copieur de la repro est en panne."),
    ("PERMANENCE", "L'écran de la perm est noir."),
    ("SALLE ULIS", "L'écran de la salle ULIS est noir."),
    ("SALLE INFO", "L'écran de la salle info est noir."),
    ("SALLE MULTIMEDIA", "Le PC 4 de la salle multimédia est mort."),
    ("LABO PHOTO", "Le PC du labo photo est mort."),
    ("STUDIO PHOTO", "Le PC du studio photo est mort."),
    ("STUDIO", "Le PC du studio est mort."),
    ("STUDIO SON", "Le PC du studio son est mort."),
    ("LABO SVT", "Le PC du labo de SVT est mort."),
    ("LABO PHYSIQUE", "Le PC du labo de physique est mort."),
    ("LABO CHIMIE", "Le PC du labo de chimie est mort."),
    ("SALLE DE PREPARATION", "Le PC de la salle de préparation est mort."),
    ("SALLE DE TP", "Le PC de la salle de TP est mort."),
    ("SALLE CAO", "Le PC de la salle CAO est mort."),
    ("SALLE DE MUSIQUE", "Le PC de la salle de musique est mort."),
    ("SALLE D'ARTS", "Le PC de la salle d'arts plastiques est mort."),
    ("THEATRE", "Le projecteur du théâtre est mort."),
    ("SALLE DE SPECTACLE", "Le projecteur de la salle de spectacle est mort."),
    ("SALLE DE DANSE", "La sono de la salle de danse est morte."),
    ("SELF", "La borne du self est en panne."),
    ("CANTINE", "La borne de la cantine est en panne."),
    ("LAVERIE", "Le PC de la laverie est mort."),
    ("RECEPTION", "Le PC de la réception est mort."),
    ("BAR PEDAGOGIQUE", "L'écran du bar pédagogique est noir."),
    ("SALLE ASSP", "L'écran de la salle ASSP est noir."),
    ("APPARTEMENT PEDAGOGIQUE", "L'écran de l'appartement pédagogique est noir."),
    ("CRECHE PEDAGOGIQUE", "L'écran de la crèche pédagogique est noir."),
    ("CHAMBRE PEDAGOGIQUE", "L'écran de la chambre pédagogique est noir."),
    ("AGENCE PEDAGOGIQUE", "L'écran de l'agence pédagogique est noir."),
    ("BOUTIQUE PEDAGOGIQUE", "L'écran de la boutique pédagogique est noir."),
    ("MAGASIN", "L'écran du magasin est noir."),
    ("COUR", "La caméra de la cour ne marche plus."),
    ("PREAU", "La borne wifi du préau ne marche plus."),
    ("VESTIAIRES", "La borne wifi des vestiaires ne marche plus."),
    ("SALLE D'ATTENTE", "L'écran de la salle d'attente est noir."),
    ("SALLE DE SOINS", "L'écran de la salle de soins est noir."),
    ("SALLE DE SIMULATION", "L'écran de la salle de simulation est noir."),
    ("ESPACE DETENTE", "L'écran de l'espace détente est noir."),
    ("ESPACE ORIENTATION", "L'écran de l'espace orientation est noir."),
    ("TIERS LIEU", "L'écran du tiers-lieu est noir."),
    ("SALLE D'ESCALADE", "La sono de la salle d'escalade est muette."),
    ("MUR D'ESCALADE", "La sono du mur d'escalade est muette."),
    ("BUREAU DE L'INTENDANT", "Le PC du bureau de l'intendant est mort."),
    ("AGENCE COMPTABLE", "Le PC de l'agence comptable est mort."),
    ("SALLE DES MARIAGES", "Le PC de la salle des mariages est mort."),
    ("B204", "Salle B204 au 2e étage du bâtiment B, l'écran est noir."),
    ("B204", "L'écran de la B204 (labo de langues) est noir."),
    ("CDI", "Dans tout le lycée on me demande des comptes, mais c'est juste au CDI que l'écran est noir."),
];

fn read(profile: &Profile, body: &str) -> Vec<Report> {
    let raw = format!("From: prof@lycee.test\nSubject: bonjour\nContent-Type: text/plain; charset=utf-8\n\n{body}\n");
    extract(&parse(raw.as_bytes()), profile, &Places::default()).reports
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A place without the little words that people put in or leave out.
fn bare(place: &str) -> String {
    let words = place.split([' ', '\'']).filter(|w| !matches!(*w, "DE" | "DU" | "DES" | "D" | "L" | "LA" | "LE"));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_thing_is_known_for_what_it_is() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (wanted, things) in THINGS {
        for thing in *things {
            let verb =
                if thing.starts_with("les ") || thing.starts_with("mes ") { "fonctionnent" } else { "fonctionne" };
            let body = format!("{} ne {verb} plus en B204 depuis ce matin.", capital(thing));
            let told = read(&profile, &body);
            let found: Vec<String> = told.iter().map(|r| format!("{}/{}", r.equipment, r.responsible)).collect();
            if found != [*wanted] || told.iter().any(|r| !r.equipment_said) {
                wrong.push(format!("{found:?}, not {wanted}: {body}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn who_paid_for_a_thing_repairs_it() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (wanted, body) in PAYERS {
        let found: Vec<String> =
            read(&profile, body).iter().map(|r| format!("{}/{}", r.equipment, r.responsible)).collect();
        if found != [*wanted] {
            wrong.push(format!("{found:?}, not {wanted}: {body}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_place_is_found_under_the_name_that_people_give_it() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (wanted, body) in PLACES {
        let mut found: Vec<String> = read(&profile, body)
            .iter()
            .map(|r| r.place.as_ref().map_or("-".to_owned(), |p| bare(p.as_str())))
            .collect();
        found.dedup();
        if found != [bare(wanted)] {
            wrong.push(format!("{found:?}, not {wanted}: {body}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
