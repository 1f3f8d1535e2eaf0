/**
 * What people text back, and whether they want it to end. A line each, labelled by reading, not by running. The rules were made
 * with them in view; how they do on others is told by those in `unseen.ts`.
 */

export const ENDS_MESSAGES = `
STOP
stop
Stop.
STOP!!!
Stop please
please stop
STOPALL
Stop all
UNSUBSCRIBE
unsubscribe me
CANCEL
END
Quit
REVOKE
OPTOUT
opt out
Opt-out please
stop 🛑
ok stop now
I said STOP
stop it
Stop texting me
please stop texting me
Can you stop texting me?
Could you please stop sending me these messages
Stop sending me texts
stop sending these
Why don't you stop texting me already
quit texting me
Quit sending me all these ads
cease all messages
Please end these messages
don't text me again
Don't text me anymore
dont text me
do not contact me
Do not contact me again or I will report you
never text me again
Never message me again
don't send me any more texts
Do not send me these messages
please don't send me your promotions
no more texts
No more messages please
Please, no more texts!
I want no more of these messages
I'd like to unsubscribe
how do I unsubscribe
How can I opt out of this?
I want to opt out
I am opting out
please opt me out, I opt out
take me off your list
Take me off this list please
Please take my number off your list
get me off this list
remove me
Remove me from your list
remove my number
Please delete my number
lose my number
Leave me alone
I don't want these texts
I do not want to receive messages from you
I don't want any more messages
I no longer want to hear from you
I no longer wish to receive your texts
I do not want to be contacted
not interested in your texts
No longer interested in receiving your messages
I revoke my consent
I withdraw consent to be texted
cancel my subscription
Cancel these texts
cancel text alerts
You have the wrong number
Wrong number
STOP ENDING UP IN MY INBOX, stop sending me marketing
For the last time, stop spamming me
stop bothering me
Stop with the texts
stop w/ the messages, stop texting
thanks but please stop the marketing messages
hi, could you stop the notifications please
Enough. Stop.
My phone is for work. Stop contacting me.
arrêt
ARRET
Arrêtez de m'envoyer des messages
arrêtez de m'écrire svp
Ne m'envoyez plus de SMS
ne me contactez plus
Je ne veux plus recevoir vos messages
Désabonnez-moi
Plus de sms svp
Merci de retirer mon numéro, retirez mon numéro de votre liste
Laissez-moi tranquille
Je retire mon consentement
Stopp
Bitte stoppen
Abmelden
Bitte abmelden
Ich möchte mich abmelden
Bitte keine SMS mehr
Bitte schickt mir keine Nachrichten mehr
Keine Werbung mehr bitte
Hören Sie auf mir zu schreiben
Hört auf, mir SMS zu schicken
Schreibt mir nicht mehr
Bitte kontaktieren Sie mich nicht mehr
Ich will keine Nachrichten mehr
Ich widerrufe meine Einwilligung
Lasst mich in Ruhe
Löschen Sie bitte meine Nummer
BAJA
Quiero darme de baja
No me envíen más mensajes
no me manden mas sms
No me escriban más
Dejen de enviarme mensajes
deja de escribirme
No quiero recibir más mensajes
Basta de mensajes
Por favor no más mensajes
Quítenme de la lista
Basta
Smettetela di scrivermi
Smettete di mandarmi sms
Non scrivetemi più
non mandatemi più messaggi
Basta messaggi
Cancellatemi dalla lista
Non voglio più ricevere messaggi
Revoco il consenso
Afmelden
uitschrijven aub
Stuur me geen berichten meer
Geen sms meer graag
Ik wil geen berichten meer
Stop met sms'en
Schrijf me uit
Laat me met rust
SAIR
Parem de me enviar mensagens
Pare de me mandar sms
Não me enviem mais mensagens
não quero receber mais mensagens
Me tirem da lista
Quero cancelar a inscrição
STOP THIS
Get lost
pls no more
No more!!!
stop already!!
I keep getting these and I never signed up, take me off
remove my number from ur database
i didn't sign up for this, stop
Who is this? Stop texting this number
quit blowing up my phone
Stop blowing up my phone
this is harassment, stop
do not text this number
Do not send any more text messages to this number.
I would like to stop receiving these messages
I'd like to be removed from your mailing list
please remove us from the distribution
kindly desist from messaging
I want off this list
Take us off
STOP. I already unsubscribed twice
unsubscribe!!! how many times
no more promos
Not interested, please remove
Not interested
discontinue
Stop sms
Txt stop
stop sending me stuff
These texts are annoying, make them stop
I'm not your customer, please delete my details
Don't ever contact me again
I don't consent to this
I did not consent to these texts
How do I make these stop?
how do i turn these off
turn off notifications
Bitte hört auf mit den SMS
Nie wieder Werbung bitte
Nehmt mich aus dem Verteiler
Streicht mich von der Liste
Ich habe kein Interesse an weiteren Nachrichten
Keine weiteren SMS!
Veuillez ne plus m'envoyer de messages
Merci de ne plus me contacter
STOP SMS
Je souhaite me désinscrire
No deseo recibir más promociones
Ya no me manden nada
Quiero dejar de recibir estos mensajes
Per favore non inviate più messaggi
Vorrei disiscrivermi
Graag geen reclame meer sturen
Ik wil me afmelden
Favor não enviar mais mensagens
Quero sair da lista
Stop! Stop! Stop!
Please cease and desist
i dont want this anymore
I don't want to get these anymore
can u pls stop msging me
stop msgs
U keep texting me, stop it
please cancel all future texts
No more marketing texts to this phone thanks
Remove this number from your system
Please do not message me any longer
I opt out of all communication
I'm opting out
please opt-out this number
I want to unsubscribe from sms
Unsubscribe me from everything please and thank you
Do not contact me by text
I do not wish to be texted
stop spam
ENOUGH! No more messages!!!
Never contact me
Ich möchte keine SMS mehr von Ihnen bekommen
Bitte nicht mehr schreiben
Hört endlich auf mit den Nachrichten
Ne m'envoyez plus rien
Je veux me désabonner
Arrêtez vos messages
No quiero más sms
Dejen de molestar
Cancelar suscripción
Non mi interessa, cancellatemi
Basta con questi messaggi
Stop met berichten sturen
Ik wil geen sms meer ontvangen
Parem com as mensagens
Não quero mais receber sms
`
  .trim()
  .split('\n');

export const GOES_ON = `
don't stop, I love it
Please don't stop!
Don't stop texting me, your deals are great
never stop sending these
when does the bus stop?
Which stop do I get off for the shop?
I'll stop by tomorrow
Can I stop by the store at 5?
Does the number 12 stop near you?
I couldn't stop laughing
non-stop fun thanks
full stop
Is there a bus stop near the store?
stop by anytime
Do the shoes stop slipping after a while?
The zip won't stop sticking, what can I do
How do I stop the alarm on my new watch?
can you stop my order from shipping
please cancel my order
cancel order 1234
Can I cancel my appointment?
I want to cancel the delivery
When does the sale end?
end of the month works for me
is this the end of the season sale?
The weekend works
What's the opposite of quit? never give up
I quit smoking, thanks for asking
YES
yes please
ok
Ok thanks
Thanks!
no
No thanks
no, the blue one
N
C
1
5
Great service
Love it, keep them coming
keep the texts coming
please text me when it ships
text me before 9am
don't text me before 9am please
Don't contact me until Monday, I'm away
don't call me at work, text me instead
Please don't text me the code, email it
don't send me the blue one, send the red one
Do not send it to my old address
don't forget my order
I did not unsubscribe, why am I not getting texts?
I didn't opt out
did I get unsubscribed?
Why was I unsubscribed?
I unsubscribed by mistake, sign me up again
I accidentally texted stop
How do I sign up?
Please sign me up
opt me back in
can I opt in again
START
UNSTOP
help
HELP ME
info
I no longer have the receipt
I don't want the large size, do you have medium?
I do not need a bag
I don't like the colour
not interested in the blue one, is there red?
I'm not getting your messages anymore
I haven't received any messages
There are no more messages in my inbox, can you resend?
no more in stock?
no more rain please, so I can wear them
Do you have any more?
The driver didn't stop at my house
My husband will text you
the courier did not contact me
Leave it at the door
leave the parcel with my neighbour
Remove one pair from my order
please remove the gift wrap
delete the second item
take it off the shelf for me
take 10% off?
Take my word for it
I got the wrong size
You sent the wrong number of socks
wrong colour
my number is 0170 1234567
my new number is 555 0100
revoke is a strong word
unlimited texts, nice
The messages are great
Can you resend the message?
your email bounced
I'd like to change my email
what are your opening hours
Wann fährt der Bus, an welcher Haltestelle?
Hören Sie nicht auf, ich liebe es
Ich habe keine Nachricht bekommen
Bitte schreibt mir wenn es da ist
keine Ahnung
Nein danke, lieber blau
Ich möchte die Bestellung stornieren
N'arrêtez pas, j'adore
Où s'arrête le bus ?
Je n'ai plus de place, gardez-le
Je ne veux plus la bleue, mais la rouge
Merci beaucoup
No dejen de escribirme, me encanta
¿Dónde está la parada?
No quiero el azul
Más mensajes como este
Non smettete, mi piace
Dove si ferma l'autobus?
Non voglio quello blu
Niet stoppen, ik vind het leuk
Waar stopt de bus?
Ik heb geen bericht gekregen
Não parem, adoro
Onde para o autocarro?
não quero o azul
stop asking me if I want the pink one, I do want it!
Where can I stop and pick up?
Last stop today for pickup?
Will my subscription end automatically?
what happens at the end?
Can you cancel the pink shoes and keep the rest
Is it too late to cancel?
I never got the text with the code
never mind
Please remove the discount code I used twice
Don't send it yet, I'm on holiday
Please do not send the parcel to work
do not ring the bell, text me
Text my wife instead please
my phone was off, can you send the message again
Can't open the link in the email
Your message cut off
Is this a scam?
Who is this?
I'm interested
not interested in a refund, I want a replacement
No more size 8?
I need no more than two
I opted for the blue ones
I don't want to miss the sale!
I don't want to cancel
I don't want these shoes, I want those
Do I get a text when it ships?
Are the returns free?
ended up buying two
Quit being so good with your deals lol
unstoppable offer!
I got stopped at customs, do I pay?
how to end the warranty claim
You guys are the best, don't ever stop
The delivery person called the wrong number
I have a wrong item
Kann ich die Bestellung noch ändern?
Bitte keine Oliven auf die Pizza
Keine Nachricht bekommen, bitte nochmal senden
Hört sich gut an, schreibt mir morgen
Pouvez-vous m'envoyer plus de photos?
Plus de rouge en stock?
Je ne peux plus ouvrir le lien
No me llegó el mensaje
No me queda la talla
Basta con una talla más grande
Non ho ricevuto il messaggio
Basta una taglia più grande
Geen probleem
Ik krijg geen berichten meer, hoe kan dat?
Não recebi a mensagem
Quero cancelar o pedido
Please stop the delivery, I am away
Stop the order please
Is stop & shop a partner of yours?
I want to end my lease, can you deliver elsewhere
Can you remove the stain?
Cancel that, I'll take two
Can I opt for express?
My dog is blocking the door lol
I don't want a refund
Do you text when it's ready?
don't text, call me
no more questions, thank you
not the right size
I didn't get any emails
My emails stopped coming, why?
Why did the messages stop?
Did you stop sending texts?
Are you going to stop selling these?
Will you stop making this jacket?
Please stop by the front desk
Wir hören auf zu arbeiten um 18 Uhr
Keine Sorge, schickt mir die Nachricht morgen
Je ne veux pas le manquer
No quiero perderme la oferta
Non voglio perdere lo sconto
Ik wil geen kleine maat
Não quero perder a promoção
`
  .trim()
  .split('\n');
