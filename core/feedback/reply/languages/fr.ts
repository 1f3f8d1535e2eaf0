import type { Language } from '../turns.ts';

export const fr: Language = {
  alone: `arrêt arrête arrêtes arrêter arrêtez cessez désabonner désabonnement désabonnez désinscrire désinscription désinscrivez
    désabo stop supprimer`,
  strong: 'désabonnement désinscription désabonner désinscrire arrêtez cessez',
  courtesies: `svp stp merci s il vous te plaît maintenant bonjour bonsoir tout tous toute ça cela immédiatement alors de sms`,
  classes: {
    messages: `messages message sms textos texto mms emails email mails mail pub pubs publicité publicités promos promotions offres
      newsletter newsletters notifications envois spam spams démarchage sollicitations mailing publicitaires`,
    arrêtez:
      'arrête arrêtes arrêter arrêtez arrêtons cesse cesses cesser cessez stop stopper stoppez stoppe finissez halte',
    écrire:
      'envoyer écrire contacter solliciter déranger embêter spammer harceler importuner texter appeler emmerder saouler écrire adresser relancer démarcher recontacter inonder',
    écrivez: `écrivez écris écrive contactez contacte contactes dérangez dérange sollicitez sollicite textez texte harcelez appelez appelle
      recontactez recontacte importunez embêtez spammez relancez démarchez`,
    envoyez: 'envoyez envoie envoies adressez',
    veux: 'veux veut voulons souhaite souhaites souhaitons désire désirons voudrais souhaiterais voulais accepte',
    dérangé:
      'contacté contactée contactés sollicité sollicitée dérangé dérangée démarché démarchée importuné importunée spammé harcelé',
    retirez:
      'retirez retire retirer supprimez supprime supprimer enlevez enlève enlever effacez efface effacer rayez ôtez sortez virez radiez',
    numéro: 'numéro num tél téléphone portable contact nom coordonnées données mail email adresse',
    entre: 'de d les vos tous toutes ces tes votre vous avec la le aux à cette ton des me m nous moi tout',
  },
  ends: `
    [arrêtez] [entre]*4 [écrire]|[messages]
    [arrêtez] ~2 me|m|nous [écrire]
    ne|n me|m|nous [écrivez] plus|pas|jamais
    me|m|nous [écrivez] plus|jamais
    ne|n? me|m|nous [envoyez] plus|rien|jamais
    n|ne? [envoyez] plus|jamais ~1 rien|[messages]
    ne? plus ~1 me|m|nous ~1 [écrire]|recevoir
    ne? plus|pas [écrire] !de
    ^ plus|jamais|aucun|stop|zéro|assez|pas|marre de|d|aucun|aucune|vos|ces ~1 [messages] svp|stp|merci|s|sur|à|au|ici|pour|vous
    plus|marre|assez|ras_le_bol de|d|aucun|vos|des ~1 [messages] svp|stp|merci|s_il
    marre|assez|ras_le_bol|soulé|saoulé ~1 de|d|des ~2 [messages]
    [veux] plus ~4 [messages]|rien|recevoir|entendre
    [veux] pas ~1 recevoir ~3 [messages]|rien|ça
    [veux] plus|pas ~2 être|etre [dérangé]
    [veux] pas|plus de|vos ~1 [messages]
    désabonner|désabonnez|désabonne|désabonnement|désabo|désinscrire|désinscrivez|désinscris|désinscription
    [retirez] moi|nous !la|le|les|un|une|ça
    [retirez] mon|ce|mes|notre|nos ~1 [numéro]
    me|m|nous [retirez] ~3 liste|listes|fichier|fichiers|base|système
    [retirez] ~2 de vos|votre|la|cette|ta ~1 liste|listes|fichier|fichiers|base
    retire|révoque|retirer|révoquer|retirons ~1 mon|ma|mes|tout consentement|accord|autorisation|consentements
    jamais|pas|aucun donné|donner|donne ~2 accord|consentement|autorisation|numéro|permission
    jamais ~1 inscrit|inscrite|abonné|abonnée|accepté|consenti|autorisé
    jamais ~1 demandé ~2 [messages]|ça|cela|recevoir
    n? autorise|autorisé|consens pas|plus
    laisse|laissez moi|nous ~1 tranquille|tranquilles|paix
    fichez|foutez|fous|fiche|fichez moi|nous la paix
    lâchez|lâche moi|nous
    dégage|dégagez
    ^ ça suffit $
    allez_vous|va_te|allez ~1 faire
    mauvais|faux|pas_le_bon numéro|destinataire !de|sur
    mauvaise personne
    tromp|trompe|trompez|trompé ~2 numéro|personne|destinataire
    erreur de|sur numéro|personne|destinataire|le_numéro
    pas|plus|aucunement intéressé|intéressée|intéressés $
    pas|plus intéressé|intéressée par vos|votre|ces
    oubliez|oublie|perdez mon|ce numéro
    désactiver|désactivez|coupez ~2 [messages]
  `,
  goesOn: `
    n|ne [arrêtez] ~1 pas|jamais|surtout|plus|rien
    ne|n me|m|nous [retirez]|désabonnez|désinscrivez ~1 pas|jamais
    quand|où|ou|à_quelle_heure ~2 s? arrête|arrêtes|cesse|finit
    s arrête|arrêtent
    n|ne ~1 ai|a|avons|reçois|reçoit|reçu plus|pas|jamais reçu|recu|de|aucun|encore|le|la ~2 [messages]
    reçois|reçoit plus|pas
    il_n_y|y a plus|pas
    [écrivez]|[envoyez]|appelez pas|plus avant|après|pendant|le|la|au|ce|cette|entre|à
    par_erreur|sans_faire_exprès
    [retirez] ~3 commande|panier
  `,
};
