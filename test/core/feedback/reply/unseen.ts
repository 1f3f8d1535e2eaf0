/**
 * What people text back, labelled before the rules that read it now were written, and not looked at one by one while they were.
 * Some of the English ones are what courts quote from such cases.
 */

export const UNSEEN_ENDS = `
I would appreciate if we discontinue any further texts
Thank you but I would like the text messages to stop, can we make that happen
I would like for the texts to stop please
Take my contact info off please
I want to confirm that I have been removed off your contacts
I asked to be removed from this service a few times. Stop the messages.
I've changed my mind and don't want to receive these anymore
Please do not send any further messages
I don't want these messages anymore. This is your last warning!
This is not Maria's phone anymore. Please stop
sotp
STPO
Unsubcribe
unsuscribe me pls
st0p
STOOOOP
ssstop!!!!
S.T.O.P
Stop!!!! 😡😡
u need to stop txtin me
pls dont txt me no more
plz quit messaging this phone
STOP texting or I call my lawyer
How many times do I have to say it, take me off
I never agreed to get these. remove me
Can you guys please not text me anymore
I'd rather not get texts from you
could u kindly leave me out of ur texts
no longer wish to be contacted by your company
Enough with the texts already
Nobody here by that name, you have the wrong number
wrong number, dont text again
wrong person
Sorry this isnt Kevin. Please delete this number
I have blocked you twice. Do not contact me
Not interested. Don't message again.
Please discontinue
unsub
I wish to opt out
opt me out
optout pls
Please cancel my text alerts
please end all marketing
delete my info
erase my data and dont contact me
remove from list
Remove pls
I withdraw my permission to contact me by text
get my number out of your system
Go away
Leave me alone!!!
Do not disturb me again
we dont need your ads, stop it
Im done with these messages
Stop, wrong number
no texts please
No more
no mas
Hör auf
Hört bitte auf, mir zu schreiben
Nicht mehr anschreiben bitte
Bitte nehmen Sie mich aus Ihrer Liste
bitte meine Nummer aus dem Verteiler löschen
Ich wünsche keine weiteren SMS
Ich möchte von Ihnen nichts mehr hören
schickt mir nix mehr
Kein Interesse, bitte löschen
Bitte keine Werbung an diese Nummer
Falsche Nummer
Sie haben die falsche Nummer, bitte nicht mehr schreiben
Ich habe dem nie zugestimmt, aufhören
Newsletter abbestellen
Abmeldung bitte
abmeldn
Bitte melden Sie mich ab
Lasst mich endlich in Ruhe mit euren Angeboten
Ich ziehe meine Einwilligung zurück
Will keine SMS von euch
Nerv nicht, keine Nachrichten mehr
Stoppt das bitte
arretez svp
Arrêtez de m'envoyer vos pubs
stop pub
Je ne souhaite plus être contacté
Je ne veux plus de vos SMS
veuillez me retirer de votre liste
Supprimez mon numéro svp
merci de me désinscrire
desabonement
Mauvais numéro
Vous vous trompez de numéro, ne m'écrivez plus
Fichez-moi la paix
foutez moi la paix
J'en ai marre de vos messages
Ne plus m'envoyer de sms
Plus de messages merci
je n'ai jamais donné mon accord, arrêtez
Alto
para ya
Ya no quiero recibir mensajes
no quiero que me escriban
No me manden más promociones por favor
Dejen de molestarme
dejenme en paz
Numero equivocado
Se equivocaron de número
bórrenme de su lista
Quitar mi número por favor
dar de baja
denme de baja porfa
No autorizo el envio de mensajes
paren con los mensajes
no mas sms
Basta messaggi per favore
non scrivermi più
Non voglio più ricevere i vostri sms
Numero sbagliato
avete sbagliato numero
toglietemi dalla vostra lista
Cancellate il mio numero grazie
lasciatemi in pace
Disiscrivetemi
Non contattatemi più
smettetela con questi messaggi
fermatevi
stop ai messaggi
revoco il mio consenso
Stuur me niks meer
Ik wil geen berichten meer ontvangen
Verwijder mijn nummer
haal mij van de lijst aub
verkeerd nummer
U heeft het verkeerde nummer
Laat me met rust!
stop met appen
niet meer sturen aub
Ik ben niet geïnteresseerd, graag afmelden
Ik trek mijn toestemming in
hou op met die sms'jes
geen reclame meer
Não quero receber mais mensagens
não me mandem mais nada
parem de me incomodar
número errado
Remova meu número por favor
me tira dessa lista
Me deixem em paz
chega de mensagens
quero cancelar o recebimento de SMS
não autorizo
pare com isso
descadastrar
sai fora, não quero mais propaganda
Don't text me at this number, use 555-0199 instead
`
  .trim()
  .split('\n');

export const UNSEEN_GOES_ON = `
When does the sale stop?
dont stop sending coupons pls
please do not take me off the list
I'll swing by, which stop is closest?
We can stop by around noon
cancel my order please
Please cancel order #88123
I need to cancel my reservation for tonight
can i cancel the second pair only
How do I end the call with support?
the show ends at 9 right
Is the offer over at the end of the day?
I quit my job so I have time to shop haha
is the 50% off still on
remove the hat from my cart
Remove the blue sweater from my order please
delete the last item pls
I want to return the shoes
Return please
That's the wrong number on the invoice
you charged the wrong amount
Wrong size, can I exchange?
The tracking number is wrong
no
nope
No thank you
no, tomorrow is better
not now
I'm not interested in the red one
not yet
Yes
y
Yes stop by anytime
see you at the bus stop
What's the last stop on that route
stopped raining, coming now
My kids wont stop talking about the toy
The heel came off, remove this from my bill
can you text me later
Text me the address
email me instead please
please call me tomorrow
stop worrying, it arrived
I stopped getting your texts, what happened?
I cant unsubscribe from Netflix, can you help lol
how many messages will I get
I don't have any messages from you
no message received
nobody contacted me about the delivery
leave it with the doorman
do not leave it outside
Don't want to miss out!
I don't need a receipt
take off the gift wrap please
My order ended up at the wrong address
Great, no more questions
is there a no text option for delivery
opt for express shipping please
sign me up
start
HELP
who is this
lol
thanks, got it
when will it ship
Can you stop the delivery? Im out of town
pls stop shipment 4471
Put my order on hold until Friday
cancel the gift card but keep the rest
End of story: love these shoes
Bitte nicht vor 10 Uhr klingeln
Bestellung stornieren bitte
Kann ich den Termin absagen?
Wann hört die Aktion auf?
An welcher Haltestelle steigt man aus?
Ich habe noch keine SMS mit dem Code erhalten
Falsche Größe geliefert
Bitte löschen Sie Artikel 2 aus der Bestellung
Nein
Nein, lieber morgen
Keine Zeit heute, melde mich
hört nicht auf, ich mag eure Angebote
Die Nummer war besetzt
annulez ma commande svp
je voudrais annuler le rendez-vous
Quand s'arrête la promo ?
Je n'ai pas reçu le sms
non merci
Pas de souci
mauvaise taille, que faire ?
Il n'y a plus de stock ?
retirez la robe de la commande
N'arrêtez surtout pas !
quiero cancelar mi pedido
Cancelar la cita por favor
¿Cuándo termina la oferta?
no me queda bien
no gracias
No he recibido el mensaje
El número de pedido está equivocado
¿Dónde para el autobús 5?
no paren, me encanta
quiten el suéter de mi pedido
Vorrei annullare l'ordine
Quando finisce la promozione?
taglia sbagliata
Non ho ricevuto niente
Dove si ferma il tram?
no grazie
Togliete la maglia dal mio ordine
non fermatevi, bellissimi messaggi
Ik wil mijn bestelling annuleren
Wanneer stopt de actie?
verkeerde maat
Waar kan ik mijn pakket afhalen?
nee bedankt
Haal de trui uit mijn bestelling
geen bericht gehad
Niet stoppen hoor, leuk!
Quero cancelar minha compra
Quando acaba a promoção?
tamanho errado
não recebi o código
não obrigado
Onde fica a parada de ônibus?
não parem, adoro as ofertas
tirem a camisa do pedido
Tudo bem, obrigado
`
  .trim()
  .split('\n');
