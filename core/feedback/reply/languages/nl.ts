import type { Language } from '../turns.ts';

export const nl: Language = {
  alone: 'afmelden afmelding uitschrijven uitschrijving stoppen ophouden opzeggen verwijderen stop',
  strong: 'afmelden uitschrijven afmelding',
  courtesies:
    'alstublieft aub alsjeblieft ajb svp graag dank je u wel bedankt nu hallo hoi hiermee direct meteen alles mij me even',
  classes: {
    berichten: `berichten berichtjes sms smsjes smsen smssen mails mailtjes emails reclame reclames appjes apps spam aanbiedingen
      nieuwsbrief nieuwsbrieven advertenties meldingen notificaties promoties marketing`,
    sturen: `sturen toesturen berichten appen mailen contacteren smsen benaderen bellen lastigvallen lastig storen schrijven
      contact spammen zenden texten`,
    stuur: 'stuur stuurt sturen zend zendt',
    app: 'app sms bel mail contacteer contacteert benader benadert schrijf bericht stoor text val',
    wil: 'wil willen wens wensen hoef zou_graag wilde',
    deze: 'enkele deze jullie die dit verdere nog meer van zulke irritante stomme al de uw je vervelende',
    verwijder: 'verwijder verwijdert verwijderen haal halen schrap schrappen wis wissen gooi streep delete',
    nummer: 'nummer telefoonnummer mobiel gegevens naam adres mailadres contact',
  },
  ends: `
    stop|stoppen|stopt|hou|houd|houdt|kap|ophouden op? met|ermee|eens_met|hiermee [deze]*3 [sturen]|[berichten]
    ^ hou|houd|houdt|kap nou|eens|toch|hier? op|ermee|mee
    [stuur] mij|me|ons? ~2 geen|niks|niets|nooit ~3 meer|[berichten]
    [stuur] mij|me|ons niks|niets
    niet|nooit|niks|niets meer ~1 [sturen]
    geen [deze]*3 [berichten] meer
    ^ geen [deze]*3 [berichten]
    [wil] ~4 geen [deze]*3 [berichten]
    [wil] ~3 niet|niks|niets|geen ~2 meer ~3 horen|ontvangen|weten|gecontacteerd|benaderd|lastiggevallen
    [wil] ~2 niet ~2 gecontacteerd|benaderd|lastiggevallen|gebeld|gesmst
    graag|aub|alstublieft geen [deze]*3 [berichten]
    [app] mij|me|ons niet|nooit meer|aub|alstublieft|alsjeblieft|weer? !voor|na|om|op
    afmelden|uitschrijven|afmelding|uitschrijving|afgemeld|uitgeschreven
    schrijf|schrijft|meld|meldt mij|me|ons ~1 uit|af
    [verwijder] ~1 mijn|dit|ons ~1 [nummer]
    [verwijder] mij|me|ons ~1 van|uit|weg|af|eraf
    [verwijder] mij|me|ons $
    mijn|dit ~1 [nummer] ~4 verwijderen|wissen|schrappen|halen
    van|uit ~2 lijst|maillijst|bestand|database|systeem halen|verwijderen|schrappen|af
    trek|intrekken ~4 toestemming
    toestemming ~2 in|intrekken
    nooit|geen toestemming
    nooit ~2 aangemeld|ingeschreven|opgegeven
    laat ~2 met rust
    rot|donder|sodemieter|flikker op
    verkeerd|verkeerde|fout|foute nummer|persoon !op|van|ingevuld|gegeven|doorgegeven
    niet|niet_meer geïnteresseerd $
    niet geïnteresseerd in jullie|uw|deze|meer
    geen interesse|belangstelling $
    geen interesse|belangstelling in|voor jullie|uw|deze|die|meer|[berichten]
    geen interesse|belangstelling meer
    genoeg|zat ~1 van|met [deze]*3 [berichten]
    vergeet ~1 nummer
  `,
  goesOn: `
    niet stoppen|ophouden|afmelden|uitschrijven|verwijderen
    stop|schrijf|meld|haal|verwijder|hou ~2 vooral|er? niet
    krijg|kreeg|krijgen|heb|had|hebben|ontvang|ontving ~2 geen|niks|niets
    geen ~2 gehad|gekregen
    waar|wanneer|hoe_laat ~2 stopt|stoppen|ophoudt
    niet voor|na|om|tussen|op
    per_ongeluk
    waarom ~4 afgemeld|uitgeschreven
    bestelling|afspraak|pakket|reservering ~4 afmelden|annuleren|verwijderen
  `,
};
