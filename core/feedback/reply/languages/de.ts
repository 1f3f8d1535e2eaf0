import type { Language } from '../turns.ts';

export const de: Language = {
  alone: 'stopp stoppen stoppt abmelden abmeldung abbestellen abbestellung austragen aufhören löschen kündigen',
  strong: 'stopp abmelden abmeldung abbestellen aufhören',
  courtesies: `bitte danke sofort jetzt alles alle nachrichten hallo das endlich mal mich newsletter werbung guten tag`,
  classes: {
    nachrichten: `sms smsen nachrichten nachricht mails emails mail email werbung angebote benachrichtigungen newsletter infos
      zusendung zusendungen kontaktaufnahme kontaktaufnahmen werbenachrichten werbesms werbemails texte post whatsapp spam reklame`,
    solche:
      'weitere weiteren weiterer eure euren ihre ihren solche solchen mehr diese einzige einzigen weitere von deiner derartige dumme',
    schreibt: `schreib schreibt schreiben schreibe schreibst kontaktier kontaktiert kontaktieren kontaktiere texte textet texten
      simst simsen belästigt belästigen stört stören stör nervt nerv nerven ruft rufen anrufen meldet mail mailt mailen`,
    schickt:
      'schick schickt schicken schicke sendet senden sende send sendet schreibt schreib schreiben zusenden zuschicken',
    anschreiben: `schreiben anschreiben kontaktieren simsen texten anrufen belästigen stören senden schicken zusenden zuschicken
      nerven melden mailen kontaktaufnahme kontaktiert angeschrieben belästigt`,
    löscht:
      'lösch lösche löscht löschen streich streiche streicht streichen nehmt nehmen nimm entfern entferne entfernt entfernen tragt tragen werft schmeisst',
    nummer: 'nummer handynummer telefonnummer rufnummer daten kontakt kontaktdaten handy email adresse mailadresse',
  },
  ends: `
    ^ bitte|jetzt|so|mensch? hör|hört|höre endlich|bitte|sofort? auf $
    hör|hört|höre|hören ~3 auf ~1 mit|mir|mich|uns|damit
    hör|hört|höre|hören ~3 auf ~3 zu [anschreiben]
    hören sie ~3 auf $
    [schreibt] sie? mir|mich|uns ~2 nicht|nie|niemals mehr|wieder|länger|weiter?
    nicht|nie|niemals mehr|wieder|länger ~2 [anschreiben]
    bitte|mich|mir ~1 nicht anschreiben|kontaktieren|schreiben|belästigen|stören|nerven
    kein|keine|keinen|keinerlei [solche]*2 [nachrichten] mehr|bitte|an|von|schicken|senden|schreiben|zusenden|zuschicken|wünschen
    ^ kein|keine|keinerlei [solche]*3 [nachrichten] $
    bitte|will|möchte|möchten|wünsche|wünschen|wollen|brauche|brauchen|schickt|schick|schicken_sie|sendet|senden_sie ~3 kein|keine|keinerlei [solche]*3 [nachrichten]
    [schickt] sie? mir|uns? ~1 nichts|nix|nie mehr|wieder|weiter
    nichts|nix|nie mehr|wieder ~3 hören|bekommen|erhalten|lesen|schicken|senden|wissen|von_euch|von_ihnen
    nie wieder|mehr ~1 [nachrichten]
    abmelden|abmeldung|abbestellen|austragen|abgemeldet|abbestellung
    meld|melde|meldet|melden|trag|trage|tragt|tragen sie? mich|uns ~2 ab|aus
    [löscht] sie? bitte|endlich|sofort? mich|uns
    [löscht] sie? bitte|endlich|sofort? meine|diese|unsere [nummer]
    meine|diese|unsere [nummer] ~5 löschen|entfernen|streichen|austragen|nehmen|vergessen
    mich|uns ~4 aus|von ~2 liste|verteiler|datenbank|kartei|system
    aus|von ~2 liste|verteiler|datenbank|kartei löschen|nehmen|streichen|entfernen|austragen
    vergesst|vergiss|vergessen ~2 nummer
    bitte löschen $
    kein|keinerlei|null interesse $
    kein|keinerlei|null interesse an weiteren|weiterer|euren|eurer|ihren|ihrer|diesen|solchen|euch|ihnen|[nachrichten]
    kein|keinerlei interesse mehr
    nicht|nicht_mehr interessiert $
    widerrufe|widerruf|widerrufen|widerspreche|ziehe|ziehen|entziehe|nehme ~5 einwilligung|zustimmung|erlaubnis|einverständnis
    nie|niemals|nicht ~2 zugestimmt|eingewilligt|angemeldet|erlaubt|angefordert
    widerspreche hiermit
    hiermit ~1 widerspreche
    widerspreche ~4 werbung|nutzung|verwendung|kontakt|daten
    lass|lasst|lassen|laß ~4 ruhe|frieden !überlegen|nachdenken|anschauen|ansehen|prüfen|lesen
    nerv|nervt|nerven nicht|mich|uns
    hau|haut ab
    verpiss|verpisst dich|euch
    schluss|genug|ende ~1 mit|von ~3 [nachrichten]
    schluss damit|jetzt
    stopp|stoppen|stoppt|stop|beendet|beenden|unterlasst|unterlassen sie? ~3 [nachrichten]|damit
    falsche|verkehrte nummer|person !auf|in|steht|angegeben|eingegeben|notiert
    habe verwählt
    sie|ihr haben|habt ~1 verwählt|falsch
    kenne|kennen sie|euch nicht
  `,
  goesOn: `
    nicht|nie|niemals|bloss_nicht auf !mit|zu|mir
    hört|hören|hör ~2 nicht|nie|niemals auf
    aufhören nicht
    nicht|nie abmelden|abbestellen|aufhören|austragen|löschen|stoppen
    wann|wir|ich|wo|warum|er|sie hört|hören|höre ~4 auf
    hab|habe|haben|hatte|hatten|kommt|kam|kommen ~4 kein|keine|keinen [nachrichten]
    noch kein|keine|keinen [nachrichten]
    [anschreiben]|[schreibt] ~2 nicht vor|nach|um|am|zwischen|bevor|während|bis
    nicht vor|nach|um|am|bis ~2 [anschreiben]|klingeln
    termin|tisch|lieferung|bestellung|zimmer|reservierung|artikel ~5 abbestellen|abmelden|absagen|stornieren|löschen
    warum|wieso|weshalb ~4 abgemeldet|abbestellt
    aus_versehen|versehentlich
    wieder anmelden
    [löscht] sie? ~2 mich|uns|meine nicht
    haltestelle
    keine_sorge
  `,
};
