//! What single messages tell, in voices of our own: each problem as `equipment@place`, and where it
//! matters `/responsible`; blanks of a place are underscores, `-` is no place.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;

use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::extract::extract;
use passerelle::report::place::Places;
use passerelle::report::{Kind, Report};

const MESSAGES: &[(&str, &str, &str)] = &[
    (
        "videoprojecteur@B204",
        "Panne",
        "Bonjour, en B204 le vidéoprojecteur refuse obstinément de s'allumer malgré plusieurs tentatives. Merci d'avance.",
    ),
    (
        "ordinateur@C103",
        "ordi",
        "L'ordinateur de la C103 tourne comme un moulin à café rouillé et finit par s'éteindre au bout de dix minutes.",
    ),
    (
        "imprimante@SALLE_DES_PROFS",
        "imprimante sdp",
        "Qui peut débourrer l'imprimante de la salle des profs ? Elle a encore mangé deux feuilles.",
    ),
    (
        "imprimante@SALLE_DES_PROFS",
        "copies",
        "Je n'ai pas pu tirer mes photocopies ce matin, la machine de la salle des profs affiche « SC 542 ».",
    ),
    (
        "tableau_interactif@A112",
        "TBI",
        "Le TBI de l'A112 a perdu la boule : quand j'écris à gauche, le trait sort à droite.",
    ),
    (
        "son@AMPHI",
        "Amphi",
        "Impossible d'avoir du son dans l'amphi ce matin, les enceintes sont restées désespérément silencieuses.",
    ),
    ("reseau@B110", "réseau", "Aucun des ordinateurs de la B110 n'arrive à aller sur internet."),
    (
        "wifi@INTERNAT",
        "wifi internat",
        "Les internes se plaignent : le wifi de l'internat tombe tous les soirs vers 21h.",
    ),
    ("compte@-", "mot de passe", "J'ai oublié mon mot de passe ENT, pourriez-vous me le réinitialiser svp ?"),
    ("compte@-", "Elève bloqué", "Un élève de 2nde 4, Lucas, ne peut plus ouvrir sa session."),
    ("ordinateur@CDI", "CDI", "Le poste 3 du CDI affiche un écran bleu au démarrage."),
    ("peripherique@CDI/atte", "CDI", "La souris du poste 5 du CDI ne clique plus."),
    ("peripherique@B105/atte", "clavier", "Il manque les touches A et E au clavier du poste 12 en B105."),
    ("ecran@B105", "écran", "L'écran du poste 4 de la B105 clignote en permanence."),
    ("videoprojecteur@D201", "VP", "Le vidéoproj de D201 : image toute jaune."),
    (
        "videoprojecteur@D201/atte",
        "lampe",
        "La lampe du vidéoprojecteur de la D201 est à changer, message « remplacer lampe » depuis une semaine.",
    ),
    ("ent@-", "ENT", "L'ENT est inaccessible depuis ce matin, page blanche."),
    ("logiciel@C204", "GeoGebra", "GeoGebra ne se lance plus sur les postes de la C204."),
    ("logiciel@C204", "licence", "La licence SolidWorks a expiré en C204."),
    ("application_academique@-", "SIECLE", "Impossible de me connecter à SIECLE depuis hier, erreur 503."),
    ("messagerie@-", "messagerie académique", "Ma messagerie académique ne reçoit plus rien depuis vendredi."),
    ("telephonie@LOGE/etablissement", "loge", "Le téléphone de la loge n'a plus de tonalité."),
    ("tablette@-", "tablettes", "Deux tablettes du chariot ne chargent plus."),
    ("portable@-", "portable prof", "Mon ordinateur portable de la région ne démarre plus du tout."),
    ("serveur@-", "commun", "Le dossier commun des profs a disparu du réseau."),
    ("autre@GYMNASE", "gymnase", "La table de marque électronique du gymnase ne fonctionne plus."),
    ("son@GYMNASE", "Sono", "La sono du gymnase crachote affreusement, injouable pour le cross."),
    ("ordinateur@VIE_SCOLAIRE/etablissement", "vie sco", "Le PC de la vie scolaire plante toutes les dix minutes."),
    (
        "imprimante@SECRETARIAT/etablissement",
        "imprimante secrétariat",
        "L'imprimante du secrétariat fait des bourrages à répétition.",
    ),
    ("reseau@A205/atte", "prise", "La prise réseau au fond de l'A205 est arrachée du mur."),
    ("videoprojecteur@A205/atte", "hdmi", "Le câble HDMI de l'A205 a été coupé par un élève."),
    ("peripherique@LABO_SVT", "labo SVT", "La caméra du microscope du labo SVT n'est plus reconnue par le PC."),
    ("peripherique@SALLE_TP", "exao", "Les interfaces ExAO de la salle de TP physique ne sont plus détectées."),
    ("imprimante@FABLAB", "3D", "L'imprimante 3D du fablab : la buse est bouchée."),
    (
        "videoprojecteur@B301",
        "B301",
        "Ma projection du jour s'est terminée dans le noir : le VP de la B301 s'est éteint d'un coup et ne veut plus repartir.",
    ),
    ("ordinateur@B301", "PC B301", "pc prof b301 mort"),
    ("ordinateur@B301", "pb pc", "bjr le pc de b301 veu plus saluumé merci"),
    ("tableau_interactif@C12", "ENI", "l'eni en c12 ne repond plus au doigt"),
    ("reseau@SALLE_DES_PROFS", "internet", "pa dinternet en salle des profs depuis 8h"),
    ("imprimante@CDI", "imprimente", "l'imprimente du cdi marche pu"),
    ("videoprojecteur@B12", "retro", "Le rétro de la B12 fait un bruit d'avion"),
    ("ordinateur@D105", "salle info", "En D105, 4 ordis sur 18 ne s'allument plus (postes 2, 5, 11 et 16)."),
    ("ordinateur@D105", "salle info", "En D105, quatre PC ne s'allument plus."),
    ("compte@-", "Pronote", "Je n'arrive plus à me connecter à Pronote, mot de passe refusé."),
    ("ent@-", "Pronote", "Pronote rame énormément depuis lundi, l'appel prend cinq minutes."),
    ("telephonie@INFIRMERIE", "infirmerie", "Plus de téléphone à l'infirmerie !"),
    ("ordinateur@INFIRMERIE/etablissement", "infirmerie", "Le PC de l'infirmerie est d'une lenteur désespérante."),
    ("son@B204", "Pas de son", "Les haut-parleurs de la B204 ne donnent plus rien."),
    ("son@SALLE_POLYVALENTE", "micro", "Le micro HF de la salle polyvalente coupe sans arrêt."),
    ("ecran@HALL", "Hall", "L'écran du hall est noir depuis lundi."),
    ("tablette@CDI", "iPad", "Une tablette du CDI a l'écran fêlé."),
    (
        "portable@-",
        "classe mobile",
        "Trois portables de la classe mobile n'ont plus de batterie au bout de dix minutes.",
    ),
    (
        "videoprojecteur@A10 tableau_interactif@A11",
        "deux soucis",
        "Bonjour, deux soucis : le projecteur de l'A10 est flou, et le tableau interactif de l'A11 ne réagit plus au stylet.",
    ),
    (
        "ordinateur@B110 peripherique@B110",
        "B110",
        "En B110 : le poste 4 ne démarre pas, et le clavier du poste 9 a des touches arrachées.",
    ),
    (
        "imprimante@CDI ordinateur@CDI",
        "CDI",
        "Bonjour,\n- l'imprimante n'imprime plus en couleur\n- le PC 2 redémarre tout seul\nMerci",
    ),
    ("reseau@BATIMENT_C", "plus rien", "Plus d'internet dans tout le bâtiment C."),
    ("wifi@ETABLISSEMENT", "wifi", "Le wifi est en panne dans tout le lycée."),
    ("videoprojecteur@C205", "C205", "Je suis en C205 et je n'ai aucune image au tableau."),
    ("ordinateur@C205", "C205", "L'unité centrale de la C205 bipe trois fois puis plus rien."),
    ("autre@B204", "stores", "En B204, l'écran de projection électrique ne descend plus."),
    ("ordinateur@B204", "clé USB", "Le PC de la B204 ne reconnaît aucune clé USB."),
    ("son@B204", "B204", "On n'entend absolument rien quand je lance une vidéo en B204."),
    ("peripherique@LABO_DE_LANGUES", "casques", "Cinq casques du labo de langues sont hors d'usage."),
    ("videoprojecteur@B204", "B204", "Le vidéoprojecteur s'allume, fait mine de démarrer, puis plus rien. Salle B204."),
    ("imprimante@REPROGRAPHIE", "repro", "Le copieur de la repro sort des copies toutes grises."),
    (
        "ordinateur@A302",
        "Virus ?",
        "Des fenêtres publicitaires s'ouvrent sans arrêt sur le PC de l'A302, je crois qu'il y a un virus.",
    ),
    ("compte@-", "clé OTP", "Ma clé OTP est bloquée, impossible d'entrer dans Arena."),
    (
        "ordinateur@B107",
        "B107",
        "L'ordinateur prof de la B107 n'est plus dans le domaine : « la relation d'approbation a échoué ».",
    ),
    ("peripherique@C101", "visualiseur", "le visualiseur de la C101 n'affiche plus que du noir"),
    ("videoprojecteur@C101", "télécommande", "la télécommande du vidéoprojecteur de la C101 a disparu"),
    ("autre@SELF", "self", "Le lecteur de cartes du self ne lit plus les badges des élèves."),
    ("ordinateur@B208", "B208", "Poste 8 en B208 : message « no bootable device »."),
    ("ordinateur@B208", "B208", "Le PC du fond en B208 reste bloqué sur le logo Windows."),
    ("ordinateur@B208", "B208", "Windows ne se charge plus sur le poste élève 6 de la B208"),
    ("portable@-", "PC région", "Le chargeur de mon PC région a rendu l'âme."),
    ("reseau@SECRETARIAT", "secrétariat", "Le secrétariat n'a plus accès au réseau depuis la coupure de courant."),
    ("son@CDI", "enceinte", "Une des deux enceintes du CDI grésille."),
    ("tableau_interactif@B15", "B15", "le tableau blanc interactif est complètement décalé"),
    ("logiciel@LABO_PHYSIQUE", "Latispro", "Latis Pro plante à l'ouverture sur tous les postes du labo de physique"),
    ("serveur@-", "lecteur", "Le lecteur P: n'apparaît plus chez moi"),
    ("serveur@-", "U", "Je n'ai plus accès à mes documents sur le réseau"),
    ("imprimante@C110", "traceur", "Le traceur de la C110 avale le papier de travers."),
    ("autre@B10", "découpeuse", "La découpeuse laser de la B10 ne grave plus."),
    (
        "videoprojecteur@B204",
        "Un cours sans images",
        "Chers collègues,\n\nJ'avais préparé avec soin une séance sur les vitraux de Chartres, avec vingt-deux diapositives. Hélas, en B204, l'appareil suspendu au plafond a rendu l'âme au beau milieu de la troisième rose. Les élèves ont été charmants. Pourriez-vous y jeter un œil ?\n\nBien à vous",
    ),
    ("son@B204", "B204", "Le film était muet en B204, et pas parce que c'était du Chaplin."),
    (
        "ordinateur@C12",
        "Salle C12",
        "L'ordinateur met un quart d'heure à s'ouvrir, j'ai le temps de faire l'appel deux fois.",
    ),
    ("imprimante@CDI", "CDI", "L'imprimante du CDI me demande sans cesse du papier alors que le bac est plein."),
    ("videoprojecteur@A12", "A12", "le projecteur zappe tout seul d'une source à l'autre"),
    (
        "videoprojecteur@A12",
        "A12",
        "L'image du vidéoprojecteur tremble tellement que les élèves ont mal au coeur. A12.",
    ),
    (
        "tableau_interactif@C3",
        "C3",
        "Bonjour, en salle C3 le tableau numérique affiche bien l'image mais impossible d'écrire dessus.",
    ),
    (
        "ordinateur@B12 imprimante@B12",
        "trucs",
        "salut, 2 trucs en B12 : lordi prof s'eteint tt seul et limprimante imprime de travers",
    ),
    ("reseau@B12", "plus de net", "le net est mort en B12"),
    ("ordinateur@K05", "K05", "Postes 3 et 7 de K05 : ventilateurs hurlants."),
    ("ordinateur@K05", "K05", "Poste 11 K05 : BIOS demande un mot de passe au démarrage."),
    ("peripherique@CDI/atte", "souris", "La molette de la souris du 4 au CDI est cassée."),
    ("portable@-", "Portable", "Mon portable de fonction ne tient plus que vingt minutes sur batterie."),
    ("tablette@-", "tablettes", "Sur les 16 tablettes du chariot bleu, 5 refusent de se synchroniser."),
    (
        "videoprojecteur@D101",
        "D101",
        "Bonjour, juste pour signaler que le VP de la D101 a une grosse tache sombre en plein milieu.",
    ),
    ("ordinateur@D101", "D101", "poste prof D101 : carte mère HS d'après moi"),
    ("compte@-", "Antidote", "Mes élèves de première G3 n'ont plus accès à leurs comptes, « identifiant inconnu »."),
    (
        "ent@-",
        "cahier de textes",
        "Le cahier de textes ne s'enregistre plus : je saisis, je valide, et tout disparaît.",
    ),
    ("ent@-", "Pronote", "Impossible de faire l'appel, Pronote tourne dans le vide."),
    ("messagerie@-/ent", "messagerie ENT", "Les messages envoyés par l'ENT ne partent plus."),
    ("application_academique@-", "LSU", "LSU m'éjecte à chaque validation."),
    (
        "application_academique@-",
        "Chorus",
        "Chorus DT : « accès non autorisé » depuis ce matin, je ne peux pas déposer mon état de frais.",
    ),
    ("messagerie@-", "boîte pleine", "Ma boîte académique est pleine et je ne peux plus rien envoyer."),
    ("messagerie@-", "mails", "je ne reçoit plus aucun mail sur mon adresse académique depuis mardi"),
    (
        "telephonie@VIE_SCOLAIRE",
        "Téléphone",
        "Le combiné de la vie scolaire grésille, les parents ne nous entendent pas.",
    ),
    ("telephonie@BUREAU_CPE", "tel", "mon tel du bureau cpe sonne plus"),
    ("autre@-", "badgeuse", "La badgeuse à l'entrée n'ouvre plus le portillon."),
    (
        "son@AMPHI",
        "Conférence de demain",
        "Pour la conférence de demain : j'ai testé l'amphi, le micro cravate ne passe pas, on n'entend que des craquements.",
    ),
    ("videoprojecteur@AMPHI son@AMPHI", "Amphi", "À l'amphi, le projecteur affiche du bleu et les enceintes sifflent."),
    (
        "reseau@C204/atte",
        "C204",
        "Quelqu'un a marché sur le câble réseau du poste prof en C204, la languette est pétée.",
    ),
    ("videoprojecteur@C204", "C204", "La prise VGA murale de la C204 pend lamentablement."),
    ("ordinateur@C204", "C204", "Bouton power du PC C204 enfoncé, on ne peut plus l'allumer qu'avec un stylo."),
    ("ecran@C204", "C204", "écran du poste 6 C204 : trait vertical rose"),
    ("ordinateur@C204", "C204", "6 postes sur 20 ne s'allument plus en C204."),
    ("logiciel@C204", "Scratch", "Scratch n'est pas installé sur les nouveaux PC de la C204 alors qu'on en a besoin."),
    ("logiciel@B105", "Office", "Word me demande une activation à chaque ouverture en B105."),
    ("logiciel@CDI", "BCDI", "BCDI ne s'ouvre plus sur le poste de prêt du CDI, « base verrouillée »."),
    ("peripherique@CDI", "douchette", "La douchette du CDI ne bipe plus quand on scanne les livres."),
    (
        "imprimante@SALLE_DES_PROFS",
        "photocopieuse",
        "Bourrage à la photocopieuse de la SDP, j'ai sorti ce que j'ai pu.",
    ),
    ("imprimante@CDI/atte", "toner", "Plus de toner noir dans l'imprimante du CDI."),
    ("imprimante@B201", "B201", "L'imprimante réseau de la B201 n'apparaît plus dans la liste."),
    ("peripherique@B201", "scanner", "Le scanner de la B201 scanne des pages noires."),
    ("reseau@INTENDANCE", "intendance", "Coupure réseau à l'intendance, on ne peut plus passer les commandes."),
    ("reseau@CDI", "CDI", "Au CDI les postes disent « câble réseau débranché » alors qu'il est branché."),
    ("wifi@CDI", "CDI", "Au CDI, les tablettes n'accrochent plus le wifi."),
    ("wifi@SALLE_DES_PROFS", "borne", "La borne wifi de la salle des profs clignote en rouge."),
    ("serveur@-", "lecteurs", "Les lecteurs réseau ne montent plus à l'ouverture de session."),
    ("ordinateur@B110", "B110", "Les élèves de la B110 m'ont dit que trois machines étaient en rade."),
    ("ordinateur@B110", "B110", "L'un des PC de la B110 s'est éteint et ne s'est jamais rallumé."),
    ("tableau_interactif@B110", "B110", "Le stylet du TNI de la B110 a disparu."),
    ("autre@GYMNASE", "gymnase", "L'afficheur de score du gymnase est complètement éteint."),
    ("autre@CANTINE", "cantine", "la caisse de la cantine est bloquée sur un message d'erreur"),
    ("telephonie@INTERNAT", "internat", "Le téléphone fixe de l'internat ne reçoit plus d'appels"),
    ("wifi@FOYER", "foyer", "Au foyer, plus moyen de capter quoi que ce soit en wifi"),
    ("ecran@VIE_SCOLAIRE", "écran vie sco", "L'écran d'affichage de la vie scolaire affiche « pas de signal »"),
    (
        "ordinateur@B13",
        "Rien ne va plus",
        "Rien ne va plus en B13 : l'ordinateur affiche « operating system not found ».",
    ),
    (
        "ordinateur@B13",
        "Merci",
        "Merci pour l'imprimante ! Par contre le PC du fond de la B13 ne se connecte plus au domaine.",
    ),
    (
        "videoprojecteur@B14",
        "Journée portes ouvertes",
        "Dans le cadre des portes ouvertes de samedi, la salle B14 servira aux maths. Or le vidéoprojecteur y est HS depuis un mois.",
    ),
    (
        "ordinateur@B15",
        "question",
        "Est-ce normal que l'ordinateur de la B15 demande une mise à jour à chaque démarrage et n'aille pas plus loin ?",
    ),
    ("son@B16", "B16", "Comment se fait-il qu'il n'y ait plus de son en B16 ?"),
    ("ordinateur@CDI", "CDI", "Pourriez-vous passer voir le poste 7 du CDI ? Il fait un drôle de bruit."),
    ("ordinateur@CDI", "CDI", "Serait-il possible de remplacer l'unité centrale du poste 2 au CDI, elle est grillée."),
    ("peripherique@CDI/atte", "CDI", "Il faudrait une nouvelle souris au poste 3 du CDI, l'ancienne est morte."),
    ("peripherique@CDI/atte", "CDI", "Pourrait-on avoir un clavier pour le poste 9 du CDI ? Celui-ci a pris du café."),
    ("videoprojecteur@A101 videoprojecteur@A102", "vp", "Les vidéoprojecteurs de A101 et A102 ne s'allument pas."),
    ("ordinateur@A101 ordinateur@A103", "PC", "PC prof en panne en A101, idem en A103."),
    ("reseau@A101", "réseau", "A101 : pas de réseau sur les postes 4 à 8."),
    ("portable@-", "PC élève", "Un élève de TG2 a cassé l'écran de son ordinateur région."),
    ("portable@-", "Unowhy", "Le Unowhy de Sarah ne démarre plus, il bloque sur le logo."),
    ("ordinateur@B17", "vol", "On nous a volé deux barrettes mémoire dans les PC de la B17 pendant les vacances."),
    (
        "videoprojecteur@B17",
        "vandalisme",
        "Un élève a arraché le cache du vidéoprojecteur de la B17 et l'objectif est rayé.",
    ),
    ("logiciel@B18", "Firefox", "Firefox se ferme tout seul sur les postes de B18"),
    ("son@B19", "B19", "Le jack de la B19 est HS, pas de son."),
    ("videoprojecteur@B19", "B19", "Vidéo HS en B19."),
    ("videoprojecteur@B19", "B19", "Impossible d'allumer la vidéo en B19."),
    ("imprimante@B20", "B20", "Ça n'imprime plus en B20."),
    ("ordinateur@B20", "B20", "Ça plante en B20."),
    ("autre@B20", "B20", "Ça sent le brûlé en B20."),
    ("ordinateur@C14", "Re: C12", "Merci. Au fait, le PC de la C14 ne s'allume plus non plus."),
    ("videoprojecteur@C12", "VP C12", "Re-bonjour, le VP de la C12 est de nouveau en panne."),
    ("videoprojecteur@A4 son@A4", "A4", "En salle A4 l'image est verdâtre, et le son ne sort que d'un côté."),
    ("ordinateur@B201 reseau@B201", "B201", "B201 : poste 1 HS, poste 2 pas de réseau, reste OK."),
    ("reseau@B201 imprimante@B203", "bug", "pas de reseau b201 et en b203 limprimante veu rien savoir"),
    (
        "tableau_interactif@E101 videoprojecteur@E102 son@E103",
        "Tour des salles",
        "Tour des salles de ce matin :\n* E101 : tableau interactif décalibré\n* E102 : lampe du VP en fin de vie\n* E103 : enceinte gauche muette\n* E104 : RAS",
    ),
    (
        "compte@- imprimante@SALLE_DES_PROFS",
        "deux choses",
        "Mon mot de passe réseau a expiré et je n'arrive pas à le changer. Et l'imprimante de la salle des profs est en bourrage permanent.",
    ),
    (
        "videoprojecteur@B12",
        "B12",
        "Je ne comprends pas : hier le vidéoprojecteur de la B12 marchait très bien et ce matin plus rien.",
    ),
    ("videoprojecteur@B12", "B12", "Le vidéoprojecteur de la B12 fonctionne mais l'image est illisible."),
    ("videoprojecteur@B12", "B12", "Le PC marche, le vidéoprojecteur de la B12 non."),
    ("ordinateur@B12", "B12", "Le vidéoprojecteur de la B12 marche bien, c'est l'ordinateur qui refuse de démarrer."),
    ("imprimante@CDI", "CDI", "Ce n'est pas le PC, c'est l'imprimante du CDI qui ne répond plus."),
    ("ordinateur@B12", "B12", "Suite à l'orage, l'ordinateur de la B12 ne donne plus signe de vie."),
    (
        "reseau@BATIMENT_A",
        "A",
        "Depuis les travaux, le bâtiment A est coupé du monde : ni internet, ni serveur, ni téléphone.",
    ),
    (
        "imprimante@B12 ordinateur@B12",
        "B12",
        "En B12 il y a deux soucis ! Primo l'imprimante ne sort plus que des pages à moitié vides. Secundo le poste 4 reste figé sur « préparation de Windows ».",
    ),
    (
        "videoprojecteur@C204",
        "bonjour",
        "Bonjour monsieur, je vous écris car ce matin en C204 impossible de montrer mon diaporama aux élèves, le projecteur du plafond ne trouve plus la source HDMI. Cordialement, Mme Vidal",
    ),
    ("tablette@CDI", "Tablettes CDI", "Hello, sur les tablettes du CDI il y en a trois qui ne se chargent plus."),
    (
        "son@B301",
        "son",
        "Coucou, depuis lundi impossible d'avoir du son avec les vidéos en B301, j'ai essayé deux câbles.",
    ),
    (
        "ordinateur@A12",
        "A12",
        "Le pc de l'A12 est parti en vacances avant nous : écran bleu, redémarrage, écran bleu...",
    ),
    ("reseau@A12", "A12", "Les élèves ne peuvent plus enregistrer leurs travaux ni aller sur internet en A12"),
    (
        "ordinateur@LOGE",
        "poste d'accueil",
        "Mon ordinateur à l'accueil est d'une lenteur insupportable depuis la mise à jour.",
    ),
    (
        "ordinateur@SECRETARIAT/etablissement",
        "secrétariat élèves",
        "Bonjour, mon PC au secrétariat ne veut plus s'ouvrir ce matin, je suis bloquée pour les inscriptions.",
    ),
    ("imprimante@VIE_SCOLAIRE", "vie sco imprimante", "l'imprimante de la vie sco a plus d'encre et fait des traits"),
    ("videoprojecteur@D12", "D12", "VP D12 : lampe ok mais image bleue"),
    ("autre@SALLE_DES_PROFS", "casier", "La plastifieuse de la salle des profs ne chauffe plus."),
    ("peripherique@AMPHI", "amphi", "La webcam de l'amphi n'est pas détectée par Teams."),
    ("peripherique@LABO_SVT", "SVT", "Deux des six microscopes numériques du labo SVT ne renvoient plus d'image."),
    (
        "ordinateur@LABO_SVT peripherique@LABO_SVT",
        "Labo SVT",
        "Au labo SVT : le PC de la paillasse prof s'éteint tout seul ; la caméra n'est plus reconnue.",
    ),
    ("reseau@GYMNASE", "gymnase", "Plus aucune connexion au gymnase depuis les travaux."),
    ("wifi@CDI", "CDI", "Le wifi du CDI est d'une instabilité chronique."),
    (
        "wifi@INTERNAT",
        "Internat",
        "Bonsoir, les filles du 2e étage de l'internat n'ont plus de wifi depuis trois soirs.",
    ),
    ("compte@-", "mdp", "slt, j'ai un élève qui a perdu son mdp windows, tu peux lui en redonner un ?"),
    ("compte@-/rectorat", "mail académique", "Impossible de me connecter à ma boîte académique : mot de passe expiré."),
    ("compte@-/ent", "Enfant", "Une élève de 1re n'a jamais reçu ses codes ENT."),
    ("messagerie@-/rectorat", "webmail", "Le webmail académique affiche une page blanche."),
    ("application_academique@-/rectorat", "Cyclades", "Cyclades plante dès que je valide les inscriptions."),
    ("logiciel@C105/rectorat", "C105", "Sur les 12 postes de la C105, Python affiche une erreur au lancement."),
    ("logiciel@CDI", "e-sidoc", "E-sidoc ne renvoie plus aucun résultat sur les postes du CDI."),
    ("serveur@-", "espace classe", "L'espace classe des TG4 est vide, tous les dossiers ont disparu !"),
    ("serveur@-", "lecteur réseau", "Le lecteur réseau des profs affiche « accès refusé »."),
    (
        "telephonie@INTENDANCE",
        "tel intendance",
        "Bonjour, plus personne ne peut joindre l'intendance, le téléphone sonne occupé en permanence.",
    ),
    ("telephonie@SECRETARIAT", "fax", "Le fax du secrétariat n'imprime plus les messages reçus."),
    (
        "videoprojecteur@B204",
        "Rétroprojecteur",
        "En salle B204, depuis ce matin, le rétroprojecteur numérique chauffe puis se coupe au bout de 10 minutes.",
    ),
    ("videoprojecteur@B205/atte", "câble", "Bonjour, il manque le câble VGA en B205, quelqu'un l'a emporté."),
    ("peripherique@B205/atte", "vol", "Trois souris ont été volées en B205."),
    ("peripherique@B205", "vol", "Trois souris ont été volées en B205."),
    ("portable@-", "ordinateur région", "Mon élève Karim a fait tomber son ordinateur Région, la dalle est morte."),
    ("ecran@B110", "écran B110", "Poste 7, B110 : moniteur qui clignote puis noir."),
    ("ordinateur@B110", "B110", "Le 14 et le 15 de la B110 ne s'allument plus."),
    ("ordinateur@B110", "B110", "Les postes 14 et 15 de la B110 ne s'allument plus."),
    (
        "tableau_interactif@A210",
        "TNI A210",
        "Bonjour, le TNI de la A210 ne s'allume que d'un côté, le stylet écrit à 10 cm.",
    ),
    ("autre@HALL", "horloge", "L'horloge du hall retarde de 20 minutes."),
    ("autre@LOGE", "interphone", "L'interphone du portail ne marche plus, à la loge on n'entend pas les visiteurs."),
    ("imprimante@FABLAB", "fablab", "Au fablab, la Prusa fait des spaghettis."),
    ("imprimante@SALLE_DES_PROFS", "imprimante", "La grosse Ricoh de la salle des profs réclame un technicien."),
    (
        "imprimante@SALLE_DES_PROFS",
        "imprimante",
        "L'imprimante de la SDP : code F-042, appelez le service après-vente.",
    ),
    ("ordinateur@B12", "B12", "B12. PC prof. Ne boot plus. Merci."),
    (
        "videoprojecteur@B12",
        "B12 vidéoproj",
        "Toujours en B12 (décidément), c'est au tour du vidéoproj de rendre l'âme.",
    ),
    ("peripherique@B12", "B12", "Le micro-casque du poste 3 en B12 n'a plus qu'une oreille."),
    ("son@A03", "A03", "Les baffles d'A03 bourdonnent."),
    (
        "son@SALLE_DE_MUSIQUE",
        "musique",
        "La table de mixage de la salle de musique ne s'allume plus, concert vendredi !",
    ),
    ("videoprojecteur@THEATRE", "théâtre", "Le vidéoprojecteur du théâtre est tombé de son support."),
    ("reseau@B301/atte", "B301", "En B301 la prise ethernet du bureau est enfoncée dans le mur"),
    (
        "ordinateur@B12",
        "mise à jour",
        "le pc de b12 mouline depuis une heure sur une mise à jour windows, les élèves attendent",
    ),
    ("ordinateur@B12", "clé", "les ports usb en façade du pc b12 sont morts"),
    ("ordinateur@B12", "chaleur", "Le PC de la B12 est brûlant et sent le plastique fondu"),
    ("videoprojecteur@A1", "A1", "Salle A1 : projecteur affichage à l'envers depuis l'inversion faite par un élève"),
    ("logiciel@-", "Word", "Je n'ai plus Word sur mon poste depuis la rentrée."),
    (
        "videoprojecteur@B204 son@B204 ordinateur@B204",
        "La totale",
        "La totale en B204 ! Le projecteur clignote, les enceintes sont débranchées on ne sait où, et l'ordinateur met 20 minutes à s'ouvrir. Au secours.",
    ),
    (
        "reseau@PERMANENCE wifi@PERMANENCE",
        "Internat : réseau et wifi",
        "À l'internat, plus de réseau filaire dans la salle d'étude ni de wifi au premier.",
    ),
    (
        "videoprojecteur@C201 ordinateur@C201",
        "Salle C201",
        "Bonjour,\nDepuis la rentrée je souffre en silence, mais là c'en est trop. Le vidéoprojecteur de la C201 projette une image coupée en deux, et l'ordinateur demande un mot de passe administrateur à chaque clic.\nD'avance merci",
    ),
    (
        "peripherique@CDI imprimante@CDI ordinateur@CDI",
        "Petit point CDI",
        "Bonjour à vous,\nvoici le point de la semaine :\n1. la douchette du prêt n'émet plus aucun bip\n2. l'imprimante avale trois feuilles d'un coup\n3. les postes 2 et 6 affichent « no signal »\nPour le reste tout roule.\nBelle journée, Hélène",
    ),
    (
        "wifi@-",
        "wifi",
        "Mme, impossible pour mes élèves de se connecter au wifi avec leurs tablettes depuis lundi, message « authentification échouée ».",
    ),
    (
        "ordinateur@B12",
        "B12",
        "Bonjour, je me permets de vous signaler que l'ordinateur fixe situé dans la salle B12 présente un dysfonctionnement : il redémarre de façon intempestive. Je vous remercie par avance de l'attention que vous porterez à ma demande.",
    ),
    (
        "son@C14",
        "Anglais C14",
        "Hi! no sound in C14 for my listening test this morning, j'ai dû lire le script moi-même...",
    ),
    ("portable@-", "Mon portable", "Mon portable prof affiche « batterie non détectée » et s'éteint si je débranche."),
    (
        "ordinateur@INTERNAT",
        "internat",
        "L'ordi des internes en salle d'étude de l'internat est plein de virus je crois, des pubs partout",
    ),
    ("telephonie@CDI", "tel CDI", "Le téléphone du CDI n'affiche plus rien et ne compose plus de numéro"),
    (
        "compte@-",
        "seconde 5",
        "Les 28 élèves de 2nde 5 n'arrivent pas à ouvrir leur session, « nom d'utilisateur inconnu ».",
    ),
    ("logiciel@B207", "Scratch", "En B207, Scratch s'ouvre mais sans le lutin ni les blocs, inutilisable."),
    ("serveur@-", "Sauvegarde", "Le serveur affiche un voyant rouge et la sauvegarde de cette nuit a échoué."),
    (
        "ordinateur@B8",
        "B8",
        "Je ne sais pas ce qui se passe en B8 mais le PC ne reconnaît ni ma clé ni mon disque externe.",
    ),
    ("peripherique@B8", "B8", "Le casque VR n°2 de la B8 ne s'appaire plus à la manette."),
    ("peripherique@LABO_PHYSIQUE", "physique", "Quatre capteurs de température ne répondent plus au labo de physique."),
    ("ordinateur@B8 peripherique@B8", "B8", "poste 3 b8 ecran bleu + souris 5 morte"),
    (
        "videoprojecteur@A01 tableau_interactif@A02",
        "Compte rendu de visite",
        "A01 : vidéo HS. A02 : TNI non calibré. A03 : OK. A04 : OK.",
    ),
    (
        "autre@SELF/etablissement",
        "self",
        "Le tourniquet du self laisse passer tout le monde, la lecture des cartes est en panne.",
    ),
    ("autre@-", "sonnerie", "La sonnerie de 10h n'a pas sonné, ni celle de 11h."),
    ("ordinateur@A12", "A12", "L'ordinateur de la A12 est resté allumé toute la nuit, impossible de l'éteindre."),
    ("ordinateur@A12", "A12", "Plus moyen d'éteindre le PC de l'A12."),
    ("imprimante@A12", "A12", "En A12 les impressions partent mais rien n'arrive à l'imprimante."),
    ("reseau@A12", "A12", "Les prises réseau du fond de la A12 ne sont pas actives."),
    ("videoprojecteur@A12", "A12", "Le projecteur de la A12 passe en veille toutes les cinq minutes."),
    ("ent@-", "Moodle", "Moodle refuse les dépôts de mes élèves : « fichier trop volumineux » alors qu'il fait 2 Mo."),
    ("messagerie@-", "Spam", "Depuis trois jours tous mes mails académiques reviennent avec « user unknown »."),
    ("application_academique@-", "Santorin", "Santorin n'affiche que la moitié de mes copies."),
    ("compte@-", "I-Prof", "I-Prof ne veut plus de mon mot de passe."),
    (
        "videoprojecteur@B12 imprimante@B12",
        "B12",
        "Le vidéoprojecteur de la B12 est en panne.\nL'imprimante ne crache plus que du vent.",
    ),
    ("ordinateur@B12 son@B12", "B12", "En B12 :\n- PC prof très lent\n- enceintes : n'éructent plus\n"),
    ("ordinateur@B12", "B12", "Le PC de la B12 est en panne. La prof d'anglais n'est pas contente."),
    ("ordinateur@B12", "B12", "Le PC de la B12 est en panne. Le vidéoprojecteur n'a rien, je précise."),
];

fn named(report: &Report, with_responsible: bool) -> String {
    let place = report.place.as_ref().map_or("-".to_owned(), |p| p.as_str().replace(' ', "_"));
    let who = if with_responsible { format!("/{}", report.responsible) } else { String::new() };
    format!("{}@{place}{who}", report.equipment)
}

#[test]
fn each_message_tells_what_a_careful_reader_finds_in_it() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (told, subject, body) in MESSAGES {
        let reply = if subject.starts_with("Re:") { "In-Reply-To: <first@lycee.test>\n" } else { "" };
        let raw = format!(
            "From: prof@lycee.test\nSubject: {subject}\n{reply}Content-Type: text/plain; charset=utf-8\n\n{body}\n"
        );
        let read = extract(&parse(raw.as_bytes()), &profile, &Places::default());
        let mut found: Vec<&Report> = read.reports.iter().filter(|r| !r.passing).collect();
        let missing = told.split(' ').filter(|wanted| {
            let at = found.iter().position(|r| named(r, wanted.contains('/')) == **wanted);
            at.map(|at| found.swap_remove(at)).is_none()
        });
        let missing: Vec<&str> = missing.collect();
        let more: BTreeSet<String> = found.iter().map(|r| named(r, true)).collect();
        if read.kind != Kind::Report || !missing.is_empty() || !more.is_empty() {
            wrong.push(format!("{:?}, not {missing:?}, but {more:?}: {subject} | {body}", read.kind));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One line of `tests/fixtures/sentences`: what is told, the subject, the text.
fn line(line: &str) -> Option<(&str, &str, String)> {
    let mut parts = line.splitn(3, " | ");
    let told = parts.next().filter(|t| !t.is_empty() && !t.starts_with('#'))?;
    Some((told, parts.next()?, parts.next()?.replace("\\n", "\n")))
}

fn told_by(subject: &str, body: &str, profile: &Profile) -> passerelle::report::extract::Extracted {
    let reply = if subject.starts_with("Re:") { "In-Reply-To: <first@lycee.test>\n" } else { "" };
    let raw = format!(
        "From: prof@lycee.test\nSubject: {subject}\n{reply}Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    extract(&parse(raw.as_bytes()), profile, &Places::default())
}

#[test]
fn faults_of_every_equipment_are_heard_in_many_words() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let mut wrong = Vec::new();
    for (told, subject, body) in include_str!("fixtures/sentences/faults.txt").lines().filter_map(line) {
        let read = told_by(subject, &body, &profile);
        let mut found: Vec<&Report> = read.reports.iter().filter(|r| !r.passing).collect();
        let missing = told.split(' ').any(|wanted| {
            let counted = |r: &Report| match wanted.split_once('#') {
                Some((what, count)) => named(r, what.contains('/')) == what && r.count.to_string() == count,
                None => named(r, wanted.contains('/')) == wanted,
            };
            found.iter().position(|r| counted(r)).map(|at| found.swap_remove(at)).is_none()
        });
        if read.kind != Kind::Report || missing || !found.is_empty() {
            let all: Vec<String> = read.reports.iter().map(|r| format!("{}#{}", named(r, true), r.count)).collect();
            wrong.push(format!("{told}, but {:?} {all:?}: {subject} | {body}", read.kind));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_on_known_faults_and_on_none_are_told_apart_from_faults() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let lines = [include_str!("fixtures/sentences/known.txt"), include_str!("fixtures/sentences/nothing.txt")];
    let mut wrong = Vec::new();
    for (kind, subject, body) in lines.iter().flat_map(|l| l.lines()).filter_map(line) {
        let read = told_by(subject, &body, &profile);
        if read.kind.as_str() != kind {
            wrong.push(format!("{}, should be {kind}: {subject} | {body}", read.kind));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
