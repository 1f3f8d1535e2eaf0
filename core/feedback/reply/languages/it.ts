import type { Language } from '../turns.ts';

export const it: Language = {
  alone: `annulla basta disiscrivi disiscrivimi disiscrivetemi disiscrizione cancellami cancellatemi smettila smettetela smettete
    fermatevi fermati rimuovimi rimuovetemi toglietemi cancellazione disattiva finitela piantatela`,
  strong: 'disiscrivimi disiscrivetemi cancellatemi disiscrizione smettetela smettila',
  courtesies: 'per favore grazie subito ciao salve ora adesso tutto tutti questo cortesia perfavore pf mi',
  classes: {
    messaggi: `messaggi messaggio messaggini sms email mail pubblicità promozioni offerte notifiche newsletter comunicazioni spam
      avvisi promo`,
    scrivete: `scrivete scrivetemi scrivermi scrivere scrivi scriverci contattate contattatemi contattarmi contattare contattarci
      disturbate disturbatemi disturbarmi disturbare chiamate chiamatemi chiamarmi importunate importunatemi tormentatemi rompete`,
    inviate:
      'inviate inviatemi inviarmi inviare inviateci mandate mandatemi mandarmi mandare mandateci spedite speditemi',
    voglio: 'voglio vogliamo desidero desideriamo vorrei intendo gradisco',
    smettete:
      'smettete smettetela smetti smettila smettere piantatela piantala finitela finiscila basta cessate evitate stufo stufa stanco',
    tra: 'di con i gli le questi queste questa la il a tutti tutte vostri vostre mi ci tuoi ai alle agli dei coi per',
    cancellate:
      'cancellate cancella cancellare cancelli togliete togli togliere rimuovete rimuovi rimuovere eliminate elimina eliminare levate',
    numero: 'numero contatto dati nome recapito cellulare telefono indirizzo',
  },
  ends: `
    non mi|ci? [scrivete] !prima|dopo|alle|il|domani
    non mi|ci? [inviate] ~3 più|niente|nulla|[messaggi]
    niente|nessun|nessuna|mai più? [messaggi]
    più niente|nulla|[messaggi] $
    non [voglio] ~1 più ~3 ricevere|essere|sentirvi|[messaggi]|sapere
    non [voglio] ~2 ricevere ~4 [messaggi]|niente|nulla|altro
    non [voglio] ~3 [messaggi]
    non [voglio] ~1 essere contattato|contattata|disturbato|disturbata
    [smettete] [tra]*4 [scrivete]|[inviate]|[messaggi]|scrivermi|spam
    stop [tra]*3 [messaggi]
    non ne_posso più
    disiscrivermi|disiscrivetemi|disiscrivimi|disiscrivere|disiscrizione|cancellatemi|cancellami|rimuovetemi|rimuovimi|toglietemi|toglimi|eliminatemi|eliminami|cancellarmi|togliermi|levatemi
    [cancellate] ~1 il|questo|i mio|miei? [numero]
    [cancellate] ~1 mio|miei [numero]
    [cancellate] ~2 dalla|dalle|dai vostra|vostre|vostri? lista|liste|elenco|database|contatti
    annullare|annulla|annullate|disdire ~2 iscrizione|abbonamento_sms
    annullare|annulla l iscrizione
    revoco|ritiro|revocare|ritirare ~2 consenso|autorizzazione|permesso
    non|mai ~2 autorizzato|autorizzo|acconsento|acconsentito|iscritto|iscritta|dato_il_consenso
    mai|non ~1 dato ~2 consenso|autorizzazione|numero
    lasciatemi|lasciami|lasciateci ~1 in pace
    lasciatemi|lasciami stare
    numero|persona sbagliato|sbagliata|errato|errata
    sbagliato|sbagliate|sbaglia|sbagli ~2 numero|persona
    non mi|ci interessa|interessano $
    non mi|ci interessa|interessano più|le_vostre|i_vostri|ricevere
    non sono ~1 interessato|interessata $
    non sono più interessato|interessata
    dimenticate|dimentica il|questo ~1 numero
    vaffanculo
  `,
  goesOn: `
    non [smettete]|fermatevi|fermarti|fermati|smettetela
    non cancellatemi|disiscrivetemi|toglietemi|rimuovetemi|cancellate|togliete
    dove|quando|quale ~2 si? ferma|finisce|smette
    non ~1 ho|abbiamo|ha ~2 ricevuto|avuto|visto
    non [voglio] ~1 perdere|perdermi|cancellare|annullare|smettere
    per_sbaglio|per_errore
    non ~1 [scrivete]|[inviate] prima|dopo|alle|domani
    ordine|appuntamento|prenotazione ~4 annullare|cancellare
  `,
};
